import { asCrossplane, asSuperuser, delivered, type Fault, logIn, type Scene } from './scene.ts';

const inNamespace = (scene: Scene, apiVersion: string, kind: string, name: string) => ({
  apiVersion,
  kind,
  metadata: { name, namespace: `${scene.service.metadata.namespace}-${scene.service.metadata.name}` },
});

/** The ServiceAccount of the deployer, which lies apart and is named after the namespace. */
const deployerOf = ({ service: { metadata } }: Scene) => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: `${metadata.namespace}-${metadata.name}`, namespace: 'squadkit-deployers' },
});

const onHub = ({ service }: Scene, apiVersion: string, kind: string, name: string) => ({
  apiVersion,
  kind,
  metadata: { name: `${service.metadata.name}.frontier.${name}`, namespace: service.metadata.namespace ?? '' },
});

const roleOf = ({ service: { metadata } }: Scene, suffix: string): string =>
  `${metadata.namespace}_${metadata.name}_${suffix}`;

/** Somebody with all rights on both clusters and on the server breaks what he can reach, all at once. */
export const editedByHand: Fault = {
  name: 'at work: rights, locks and Secrets edited and deleted by hand on aqua and spike',
  strike: async (scene) => {
    const { aqua } = scene.controlPlane;
    await aqua.delete(inNamespace(scene, 'v1', 'Secret', 'spike'));
    await aqua.delete(deployerOf(scene));
    await aqua.delete(inNamespace(scene, 'rbac.authorization.k8s.io/v1', 'RoleBinding', 'members-view'));
    await aqua.delete(inNamespace(scene, 'v1', 'ResourceQuota', 'squadkit'));
    await aqua.patch(inNamespace(scene, 'v1', 'Secret', 'spike.migrator'), { stringData: { password: 'edited' } });
    await aqua.patch(inNamespace(scene, 'networking.k8s.io/v1', 'NetworkPolicy', 'squadkit'), {
      spec: { egress: [{}] },
    });
    await asSuperuser(scene, `REVOKE ${roleOf(scene, 'writer')} FROM ${roleOf(scene, 'app')}`);
    await asSuperuser(scene, `ALTER ROLE ${roleOf(scene, 'migrator')} NOLOGIN CONNECTION LIMIT 0`);
  },
  isHealed: async (scene) => (await logIn(scene, 'SELECT 1', 'spike.migrator')).length === 1,
};

/** Managed resources deleted by hand: access is made anew, data is found again. */
export const managedDeletedByHand = (): Fault => {
  let password: string | undefined;

  return {
    name: 'at work: managed resources of a login, the database, the namespace and a delivery deleted by hand',
    strike: async (scene) => {
      password = (await delivered(scene)).password;
      const sql = 'postgresql.sql.m.crossplane.io/v1alpha1';
      const kubernetes = 'kubernetes.m.crossplane.io/v1alpha1';
      const doomed = [
        onHub(scene, sql, 'Role', 'spike.app'),
        onHub(scene, sql, 'Database', 'spike.database'),
        onHub(scene, kubernetes, 'Object', 'aqua.namespace'),
        onHub(scene, kubernetes, 'Object', 'aqua.secret.spike'),
        onHub(scene, 'v1', 'Secret', 'spike.binding'),
      ];
      for (const reference of doomed) await asCrossplane(scene).delete(reference);
    },
    isHealed: async (scene) => (await delivered(scene)).password !== password,
  };
};
