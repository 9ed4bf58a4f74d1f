import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { mapValues } from '../../functions/objects/record.ts';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { comeTrue, simulate } from '../../functions/simulation/simulate.ts';
import { releasedVersion } from '../../package/version.ts';
import { example, exampleRegistry } from '../support/examples.ts';
import { canonical } from '../support/json.ts';
import { dayTwo } from './day-two.ts';
import { type Recording, recorded, toldOf as told, writeRecordings } from './recording.ts';

/**
 * Writes what the function of this release says into a folder of its own, for later releases to be compared with:
 * `npm run record`, once, when the version of package.json is about to be released.
 */
const registry = exampleRegistry();

const steady = (composite: KubernetesObject) => simulate(composite, registry).observed;

/** A document with another spec. */
const changed = (object: KubernetesObject, spec: Record<string, unknown>): KubernetesObject => ({
  ...object,
  spec: { ...object.spec, ...spec },
});

const replaced = (object: KubernetesObject): KubernetesObject[] =>
  registry.map((other) =>
    other.kind === object.kind && other.metadata?.name === object.metadata?.name ? object : other,
  );

/** Every round from nothing until nothing changes any more, each with what the one before it asked for come true. */
const waves = (composite: KubernetesObject): Recording[] => {
  const recordings: Recording[] = [];
  let observed: Record<string, Resource> = {};
  for (let round = 0; round < 20; round += 1) {
    const recording = recorded(told(composite, observed));
    const before = recordings.at(-1);
    if (before !== undefined && canonical(before.resources) === canonical(recording.resources)) return recordings;
    recordings.push(recording);
    observed = comeTrue(composite, recording.resources);
  }

  throw new Error('it never comes to rest');
};

const billing = example('Service', 'billing');
const catalog = example('Service', 'catalog');
const [frontier, meadow] = [example('Zone', 'frontier'), example('Zone', 'meadow')];
const [galaxy, quasar] = [example('Squad', 'galaxy'), example('Squad', 'quasar')];
const closed = { lifecycle: 'Closed' };
const inZone = (zone: string, ...components: object[]) => ({ zones: [{ name: zone, components }] });
const without = (observed: Record<string, Resource>, change: (resource: Resource) => Resource) =>
  Object.fromEntries(Object.entries(observed).map(([name, resource]) => [name, change(resource)]));
const nobody = registry.filter(({ kind }) => kind !== 'Service');

const recordings: Record<string, Recording> = {
  ...Object.fromEntries(waves(billing).map((recording, index) => [`billing-created-${index}`, recording])),
  'billing-unreadable': recorded(
    told(
      billing,
      without(steady(billing), (resource) => ({ ...resource, connectionDetails: {} })),
    ),
  ),
  'billing-without-database': recorded(
    told(changed(billing, inZone('frontier', { name: 'aqua', provider: 'kubernetes' })), steady(billing)),
  ),
  'billing-refused': recorded(
    told(changed(billing, inZone('prairie', { name: 'spike', provider: 'postgres' })), steady(billing)),
  ),
  'billing-in-a-closed-zone': recorded(told(billing, steady(billing), replaced(changed(frontier, closed)))),
  'billing-new-in-a-closed-zone': recorded(told(billing, {}, replaced(changed(frontier, closed)))),
  'catalog-steady': recorded(told(catalog, steady(catalog))),
  'catalog-changed': recorded(
    told(
      changed(
        catalog,
        inZone(
          'meadow',
          { name: 'spike', provider: 'postgres', postgres: { connections: 5, onRemoval: 'Delete' } },
          { name: 'aqua', provider: 'kubernetes', kubernetes: { size: 'large' } },
        ),
      ),
      steady(catalog),
    ),
  ),
  'zone-new': recorded(told(frontier)),
  'zone-steady': recorded(told(meadow, steady(meadow))),
  'zone-closed-in-use': recorded(told(changed(frontier, closed), steady(frontier))),
  'zone-closed-unused': recorded(told(changed(frontier, closed), steady(frontier), nobody)),
  'squad-new': recorded(told(galaxy)),
  'squad-steady': recorded(told(quasar, steady(quasar))),
  'squad-closed-in-use': recorded(told(changed(galaxy, closed), steady(galaxy))),
  ...mapValues(dayTwo(), recorded),
};

writeRecordings(releasedVersion(), recordings);
console.log(`${Object.keys(recordings).length} recordings of ${releasedVersion()}`);
