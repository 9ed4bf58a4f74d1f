import type { Found, Hub, Reference } from '../../../functions/evidence/live/hub.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { outcomeOf } from '../../../functions/simulation/outcome.ts';
import { comeTrue } from '../../../functions/simulation/simulate.ts';
import type { World } from '../../../functions/tree/world.ts';
import { janitorReport } from '../../../functions/zone/sessions.ts';
import { documentsIn } from '../../support/examples.ts';

const keyOf = ({ apiVersion, kind, name, namespace = '' }: Reference): string =>
  `${apiVersion} ${kind} ${namespace}/${name}`;

/** What a hub says, and what it was asked for. */
export interface FakeHub extends Hub {
  objects: Map<string, KubernetesObject>;
  asked: Reference[];
  change: (kind: string, name: string, change: (object: KubernetesObject) => KubernetesObject | undefined) => void;
}

const isTrue = (type: string) => ({ type, status: 'True', reason: type, message: `${type} it is.` });

/** A hub that the platform has prepared, and on which everything of a tree has come true. */
export const hubOf = (world: World): FakeHub => {
  const objects = new Map<string, KubernetesObject>();
  const put = (object: KubernetesObject) => {
    const { apiVersion, kind, metadata = {} } = object;
    objects.set(keyOf({ apiVersion, kind, name: metadata.name ?? '', namespace: metadata.namespace }), object);
  };
  for (const object of documentsIn('package/install/hub')) put(object);
  const documents = [...world.services.values(), ...world.zones.values(), ...world.squads.values()];
  for (const { object } of documents) {
    put({
      ...object,
      metadata: { ...object.metadata, generation: 1 },
      status: { conditions: [isTrue('Accepted'), isTrue('Synced'), isTrue('Ready')] },
    });
    const { resources } = outcomeOf(object, world.open);
    // As a server has it: JSON knows no undefined fields.
    for (const { resource } of Object.values(comeTrue(object, JSON.parse(JSON.stringify(resources))))) {
      const made = resource as unknown as KubernetesObject;
      // What a quota refuses by is what was counted.
      put(made.kind === 'ResourceQuota' ? { ...made, status: { ...made.status, hard: made.spec?.hard } } : made);
    }
  }
  // What the janitor says of each server, a moment before anybody looks.
  const said = {
    ...{ lookedAt: '2026-11-24T11:59:00Z', tooMany: [], sessions: 3, ended: 0, staying: 0, prepared: 0 },
    generations: {},
  };
  const { apiVersion, kind, ...metadata } = janitorReport;
  put({ apiVersion, kind, metadata, data: { 'frontier.spike': JSON.stringify(said) } } as KubernetesObject);
  const asked: Reference[] = [];

  return {
    server: 'https://hub.example.org:6443',
    context: 'hub',
    objects,
    asked,
    get: async (reference): Promise<Found> => {
      asked.push(reference);
      const object = objects.get(keyOf(reference));
      return object === undefined ? { missing: 'not there' } : { object };
    },
    list: async (apiVersion, kind) =>
      [...objects.values()].filter((object) => object.apiVersion === apiVersion && object.kind === kind),
    change: (kind, name, change) => {
      const found = [...objects].find(([, object]) => object.kind === kind && object.metadata?.name === name);
      if (found === undefined) throw new Error(`the hub has no ${kind} ${name}`);
      const changed = change(structuredClone(found[1]));
      if (changed === undefined) objects.delete(found[0]);
      else objects.set(found[0], changed);
    },
  };
};
