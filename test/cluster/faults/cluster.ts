import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, kill, noticed } from './scene.ts';

const credentials = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'aqua-kubeconfig', namespace: 'squadkit-system' },
};
const account = '/api/v1/namespaces/squadkit-system/serviceaccounts/squadkit/token';

/** The cluster's API server is away until everybody knows, and some more. */
export const clusterAway = (minutes: number): Fault => ({
  name: `at work: API server of aqua down until it is noticed, and ${minutes} min more`,
  strike: async (scene) => {
    await kill(scene, 'aqua-apiserver');
    await noticed(scene);
    await sleep(minutes * 60_000);
  },
});

/** The kubeconfig stops working, and a new one is registered after everybody has noticed. */
export const kubeconfigRotated = (): Fault => {
  let kubeconfig = '';

  return {
    name: 'at work: kubeconfig of aqua invalid, a new one registered after it is noticed',
    strike: async (scene) => {
      const { hub } = scene.controlPlane;
      kubeconfig = Buffer.from((await hub.get(credentials))?.data?.kubeconfig ?? '', 'base64').toString();
      await hub.patch(credentials, { stringData: { kubeconfig: kubeconfig.replace(/token: .*/, 'token: revoked') } });
      await noticed(scene);
    },
    mend: async ({ controlPlane: { hub, aqua } }) => {
      const { status } = await aqua.request<{ status: { token: string } }>('POST', account, {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: 365 * 86_400 },
      });
      await hub.patch(credentials, {
        stringData: { kubeconfig: kubeconfig.replace(/token: .*/, `token: ${status.token}`) },
      });
    },
  };
};
