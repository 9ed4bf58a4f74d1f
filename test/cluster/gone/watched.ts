import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { condition, type KubernetesObject } from '../../control-plane/objects.ts';
import { eventually } from '../support/eventually.ts';
import { serviceOf } from '../support/platform.ts';

/** The Squad of these Services, which lives on when they are gone. */
export const squad = { apiVersion: 'squadkit.io/v1alpha1', kind: 'Squad', metadata: { name: 'galaxy' } };

/** A Service of that Squad with all logins. */
export const newService = (name: string): KubernetesObject =>
  serviceOf(squad.metadata.name, name, 'frontier', { postgres: { readers: true } });

/** Whose move it is, and what to do. */
export const moveOf = (object: KubernetesObject | undefined): string => {
  const found = condition(object, 'ActionNeeded');

  return `${found?.reason}: ${found?.message}`;
};

/** Whether nothing of a Service is left on the hub. */
const isGone = async ({ hub }: ControlPlane, service: KubernetesObject): Promise<boolean> => {
  const { name, namespace = '' } = service.metadata;
  const left = await Promise.all(
    ['Role', 'Grant', 'Database', 'Schema'].map((kind) =>
      hub.list('postgresql.sql.m.crossplane.io/v1alpha1', kind, { namespace }),
    ),
  );

  return (
    (await hub.get(service)) === undefined && left.flat().every(({ metadata }) => !metadata.name.startsWith(`${name}.`))
  );
};

/**
 * Waits until nothing of a Service is left on the hub. Rights end at once; but of what was made less than 30 s ago the
 * provider does not believe that it is gone, and then looks again ever later (crossplane-runtime v2.2.1,
 * managed/reconciler.go:1152): seen after 75 s.
 */
export const allGone = (controlPlane: ControlPlane, service: KubernetesObject): Promise<void> =>
  eventually('the Service is gone', () => isGone(controlPlane, service), { seconds: 180 });

/** Waits until the Squad says so; answers all that it says. */
export const squadSays = async ({ hub }: ControlPlane, sentence: RegExp): Promise<string> => {
  let said = '';
  await eventually(`the Squad says ${sentence}`, async () => {
    said = moveOf(await hub.get(squad));
    if (!sentence.test(said)) throw new Error(said);

    return true;
  });

  return said;
};

const asSre = ({ hub }: ControlPlane) => hub.as('grace', ['squadkit:sre']);

/** Takes something out of the hands of Crossplane or a provider, or gives it back, as an SRE may. */
export const pause = (controlPlane: ControlPlane, object: KubernetesObject, value: 'true' | null) =>
  asSre(controlPlane).patch(object, { metadata: { annotations: { 'crossplane.io/paused': value } } });

/**
 * Gives a Service back to Crossplane. While its circuit is open Crossplane hears of a change only now and then, and asks for
 * nothing itself while it is paused: so it is told again until it has heard.
 */
export const resume = async (controlPlane: ControlPlane, service: KubernetesObject): Promise<void> => {
  await pause(controlPlane, service, null);
  await eventually(
    'Crossplane has heard that it goes on',
    async () => {
      const found = await controlPlane.hub.get(service);
      if (condition(found, 'Synced')?.reason !== 'ReconcilePaused') return true;
      await nudge(controlPlane, service);

      return false;
    },
    { interval: 3000 },
  );
};

/** Asks Crossplane to look now, as an SRE may. */
export const nudge = (controlPlane: ControlPlane, object: KubernetesObject | typeof squad) =>
  asSre(controlPlane).patch(object, {
    metadata: { annotations: { 'crossplane.io/reconcile-requested-at': `${Date.now()}` } },
  });

/** A hub as Crossplane sees it, which may write where only Squadkit writes: it plays what nobody else could do. */
export const asCrossplane = ({ hub }: ControlPlane) =>
  hub.as('system:serviceaccount:crossplane-system:crossplane', [
    'system:serviceaccounts',
    'system:serviceaccounts:crossplane-system',
  ]);
