import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '@crossplane-org/function-sdk-typescript';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { simulate } from '../../functions/simulation/simulate.ts';
import { example, exampleRegistry } from '../support/examples.ts';
import { type Life, reconcile } from '../support/life.ts';
import { copyOf } from '../support/request.ts';

/** What an engine has to make of a state: of one that waits for somebody, of one that is done, of one that is wrong. */
export type Health = 'in progress' | 'current' | 'failed' | 'terminating';

/** An object in a state, and what it is. */
export interface State {
  name: string;
  object: KubernetesObject;
  health: Health;
}

const folder = join(import.meta.dirname, '../recorded/health');

/** What each recorded state is, by the end of its file's name. */
const recordedHealth: Record<string, Health> = {
  new: 'in progress',
  creating: 'in progress',
  ready: 'current',
  'refused-after-ready': 'failed',
  'refused-at-first': 'failed',
  'in-deletion': 'terminating',
};

/** Objects as they were on a hub: SQUADKIT_RECORD=1 npm run test:cluster -- accepted writes them. */
export const recordedStates = (): State[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const name = file.replace(/\.json$/, '');
      const health = recordedHealth[name.slice(name.indexOf('-') + 1)];
      if (health === undefined) throw new Error(`test/health/states.ts does not know the state of ${file}`);

      return { name: `recorded ${name}`, object: JSON.parse(readFileSync(join(folder, file), 'utf8')), health };
    });

/** The document with what the function says of it in two rounds, and with what Crossplane adds. */
const told = (
  document: KubernetesObject,
  observed: Record<string, Resource>,
  registry = exampleRegistry(),
): KubernetesObject => {
  const finalizers = ['composite.apiextensions.crossplane.io'];
  const life: Life = {
    composite: { ...document, metadata: { ...document.metadata, finalizers } },
    observed: copyOf(observed),
    had: new Set(),
    registry,
  };
  reconcile(life);
  // What was made in the round before is no matter: a state is of what is there.
  life.observed = copyOf(observed);
  reconcile(life);

  return JSON.parse(JSON.stringify(life.composite));
};

/** The next generation of a document: with these fields of its spec, or with another spec. */
const edited = (object: KubernetesObject, spec: object, rest: object = object.spec ?? {}): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, generation: (object.metadata?.generation ?? 1) + 1 },
  spec: { ...rest, ...spec },
});

/** The quota of a Squad counts only when the API server says so. */
const counting = (observed: Record<string, Resource>): Record<string, Resource> => {
  const quota = observed.quota?.resource as KubernetesObject | undefined;
  if (quota !== undefined) quota.status = { ...quota.status, used: { 'count/services.squadkit.io': '0' } };
  return observed;
};

/** One resource that fails, as a provider says it. */
const failing = (observed: Record<string, Resource>, name: string, message: string): Record<string, Resource> => {
  const changed = copyOf(observed);
  const object = changed[name]?.resource as unknown as KubernetesObject;
  object.status = { ...object.status, conditions: [{ type: 'Synced', status: 'False', message }] };
  return changed;
};

const kinds = { Service: 'billing', Zone: 'frontier', Squad: 'galaxy' };
const bad: Record<string, object> = {
  Service: { zones: [{ name: 'nowhere', components: [{ name: 'spike', provider: 'postgres' }] }] },
  Zone: { environment: 'moon' },
  Squad: { deployerGroup: 'galaxy' },
};
const unready = exampleRegistry().map((object) => (object.kind === 'Zone' ? { ...object, status: {} } : object));

/** Objects as this version of the function makes them: every kind in every state. */
export const madeStates = (): State[] =>
  Object.entries(kinds).flatMap(([kind, name]): State[] => {
    const document = example(kind, name);
    const { status: _, ...plain } = document;
    const fresh: KubernetesObject = { ...plain, metadata: { ...document.metadata, generation: 1 } } as KubernetesObject;
    const observed = counting(copyOf(simulate(fresh, exampleRegistry()).observed));
    const ready = told(fresh, observed);
    const refused = told(edited(ready, bad[kind] as object), observed);
    const first = Object.keys(observed).sort()[0] as string;
    const state = (what: string, object: KubernetesObject, health: Health): State => ({
      name: `${kind} ${what}`,
      object,
      health,
    });

    return [
      state('new', fresh, 'in progress'),
      state('creating', told(fresh, {}), 'in progress'),
      state('ready', ready, 'current'),
      state('ready, with an edit that nobody has seen', edited(ready, {}), 'in progress'),
      state('refused at first', told(edited(fresh, bad[kind] as object), {}), 'failed'),
      state('refused after it was ready', refused, 'failed'),
      state('put right', told(edited(refused, fresh.spec as object, {}), observed), 'current'),
      state('refused, with an edit that nobody has seen', edited(refused, {}), 'in progress'),
      state('ready, with an edit that is marked and not read', marked(edited(ready, {})), 'in progress'),
      state('refused, with an edit that is marked and not read', marked(edited(refused, {})), 'in progress'),
      state('ready, and deleted', deleted(ready), 'terminating'),
      state('refused, and deleted', deleted(refused), 'terminating'),
      state('left over with a finalizer', deleted(told(fresh, {})), 'terminating'),
      state(
        'waiting for an SRE',
        told(fresh, failing(observed, identityOr(observed, first), 'dial tcp: connection refused')),
        kind === 'Service' ? 'failed' : 'in progress',
      ),
      ...(kind === 'Service' ? [state('waiting for the platform', told(fresh, {}, unready), 'failed')] : []),
      ...(kind === 'Squad'
        ? [
            state(
              'that no zone fits',
              told(edited(ready, { zoneSelector: { matchLabels: { a: 'b' } } }), observed),
              'current',
            ),
          ]
        : []),
    ];
  });

/**
 * As Crossplane 2.3 leaves an object that was edited during a round: its own conditions name the new generation, which the
 * function has not seen (composite/reconciler.go: it reads the object again before it marks it).
 */
const marked = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  status: {
    ...object.status,
    conditions: ((object.status?.conditions ?? []) as Record<string, unknown>[]).map((condition) =>
      ['Synced', 'Ready'].includes(condition.type as string)
        ? { ...condition, observedGeneration: object.metadata?.generation }
        : condition,
    ),
  },
});

const deleted = (object: KubernetesObject): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
});

const identityOr = (observed: Record<string, Resource>, other: string): string =>
  Object.keys(observed).find((name) => name.startsWith('identity.')) ?? other;
