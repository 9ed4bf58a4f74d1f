import { backupsNamespace, letBackupsBeMade } from '../../cluster/support/backups.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { backups, drill } from '../../support/backups.ts';

/**
 * Registers a store with the Zone in which the Services are made, with drills: each database has then a login, a CronJob and
 * a report more, and a CronJob that proves. Nothing runs there, as no node is there: what is composed is measured.
 */
export const applyBackups = async ({ hub, postgres }: ControlPlane, name: string): Promise<void> => {
  const superuser = await postgres.connect();
  await superuser.query('ALTER ROLE squadkit_admin BYPASSRLS');
  await superuser.end();
  for (const secret of [backups.store.secretRef.name, drill.secretRef.name])
    await hub.apply({
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: secret, namespace: backupsNamespace } },
      stringData: { accessKeyId: 'nobody', secretAccessKey: 'nothing', identity: 'none' },
    });
  await letBackupsBeMade(hub);
  const found = await hub.get({ apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', metadata: { name } });
  if (found === undefined) throw new Error(`there is no Zone ${name}`);
  const { apiVersion, kind, metadata, spec } = found;
  await hub.apply({
    ...{ apiVersion, kind },
    metadata: { name: metadata.name, ...(metadata.labels && { labels: metadata.labels }) },
    spec: { ...spec, crossplane: undefined, components: spec.components.map(backedUp) },
  });
};

const backedUp = (component: KubernetesObject['spec']): KubernetesObject['spec'] => {
  if (component.postgres === undefined) return component;
  const { guarantees: { backups: _, pointInTimeRecovery: __, ...guarantees } = {}, ...postgres } = component.postgres;

  return { ...component, postgres: { ...postgres, guarantees, backups: { ...backups, drill } } };
};
