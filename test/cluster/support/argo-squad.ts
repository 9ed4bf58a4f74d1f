import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { fileOf } from './delivery.ts';
import { serviceOf, sessionOf, textOf } from './platform.ts';
import { retire } from './retire.ts';

/** The squad that Argo CD delivers. */
export const squad = 'argonova';

/** The name of its Application and its AppProject. */
export const folder = `squad-${squad}`;

/** Where a Service of it lies in Git. */
export const fileOfService = (name: string): string => `squads/${squad}/${name}.yaml`;

export const nova: KubernetesObject = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Squad',
  metadata: { name: squad },
  spec: { zoneSelector: { matchLabels: { 'squadkit.io/environment': 'engineering' } } },
};
export const novaFile = `platform/squads/${squad}.yaml`;
export const shop = serviceOf(squad, 'shop', 'meadow', { postgres: { connections: 8 } });
export const shopFile = fileOfService('shop');

/** The shop with so many connections, as a file of Git. */
export const shopWith = (connections: number): string =>
  fileOf(serviceOf(squad, 'shop', 'meadow', { postgres: { connections } }));

/** What a workload of the shop reads in meadow to get at its rows; nothing where there is no Secret. */
export const credentialsOf = async ({ meadow }: ControlPlane): Promise<Record<string, string>> =>
  textOf(
    await meadow.aqua.get({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'spike', namespace: `${squad}-shop` },
    }),
  );

/** Resolves when meadow's server lets them in, and rejects with what it says if not. */
export const connectsWith = async ({ meadow }: ControlPlane, credentials: Record<string, string>): Promise<void> => {
  const session = await sessionOf(meadow.postgres, credentials);
  await session.end();
};

/** What the hub has of the shop's document, without what is Crossplane's own. */
export const specOfShop = async ({ hub }: ControlPlane): Promise<object> => {
  const { crossplane: _, ...spec } = (await hub.get(shop))?.spec ?? {};

  return spec;
};

/** Takes the squad and its Services from a control plane, where they are left. */
export const retireSquad = async (controlPlane: ControlPlane): Promise<void> => {
  const services = await controlPlane.hub.list(shop.apiVersion, shop.kind, { namespace: squad });
  const squads = await controlPlane.hub.list(nova.apiVersion, nova.kind);
  const own = squads.filter(({ metadata }) => metadata.name === squad);
  await retire(controlPlane, services, own);
};
