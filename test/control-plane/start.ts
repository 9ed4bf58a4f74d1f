import { relative } from 'node:path';
import { createProgress, elapsed } from '../../package/tools/progress.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { applyExamples } from './examples.ts';
import { condition, isTrue } from './objects.ts';

const since = Date.now();
const progress = createProgress();

const showExamples = async (controlPlane: ControlPlane) => {
  await progress.step('examples applied', () => applyExamples(controlPlane));
  await progress.step('galaxy/billing is Ready', () => waitForBilling(controlPlane));
};

const waitForBilling = async ({ hub }: ControlPlane) => {
  const billing = {
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Service',
    metadata: { name: 'billing', namespace: 'galaxy' },
  };
  let last = '';
  await hub.waitFor(
    billing,
    (service) => {
      const open = ['Accepted', 'Provisioned', 'Delivered'].map((type) => condition(service, type));
      const now = open.find((candidate) => candidate?.status !== 'True')?.message ?? '';
      if (now !== last) progress.note(`   ${now}`);
      last = now;

      return isTrue(service, 'Ready');
    },
    { what: 'Ready', seconds: 180 },
  );
};

const describeNextSteps = ({ paths, postgres, meadow }: ControlPlane) => {
  const path = (file: string) => relative(process.cwd(), file) || '.';
  const secret = 'kubectl get secret -n galaxy-billing spike';

  return `
Ready after ${elapsed(since)}. Next, in another terminal:

  export KUBECONFIG=$PWD/${path(paths.hubKubeconfig)}
  kubectl get services.squadkit.io -A
  kubectl describe services.squadkit.io -n galaxy billing
  kubectl explain sqs.spec --recursive
  kubectl apply -f …                    # this kubeconfig stands for your GitOps controller; anybody else is refused:
  kubectl apply -f … --as ada --as-group system:masters

The workloads' cluster, and the database with the Secret that was delivered there:

  export KUBECONFIG=$PWD/${path(paths.aquaKubeconfig)}
  kubectl get all,secrets,networkpolicies -n galaxy-billing
  export PGSSLROOTCERT=$PWD/${path(postgres.caPath)}
  psql "$(${secret} -o jsonpath='{.data.uri-without-ca}' | base64 -d)"

Engineering has a cluster and a database server of its own; there, look for quasar-catalog:

  export KUBECONFIG=$PWD/${path(paths.meadowKubeconfig)}
  export PGSSLROOTCERT=$PWD/${path(meadow.postgres.caPath)}

Logs: ${path(paths.logs)}. Ctrl-C here, or npm stop, ends everything.`;
};

try {
  const controlPlane = await startControlPlane({ progress });
  await showExamples(controlPlane).catch((error: Error) => {
    console.error(`${error.message}\nThe control plane stays up, so that you can look: Ctrl-C or npm stop ends it.`);
  });
  console.log(describeNextSteps(controlPlane));
  setInterval(() => undefined, 60_000);
} catch (error) {
  console.error(`npm start: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
