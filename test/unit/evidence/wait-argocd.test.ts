import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Found, Reference } from '../../../functions/evidence/live/hub.ts';
import { awaitedOf } from '../../../functions/evidence/wait/awaited.ts';
import type { Awaited } from '../../../functions/evidence/wait/awaiting.ts';
import { foldersOf } from '../../../functions/evidence/wait/engines.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { example } from '../../support/examples.ts';

interface Attempted {
  phase: string;
  operation: { sync: { revision?: string } };
  syncResult?: { revision: string };
}

const recorded = parse(readFileSync(join(import.meta.dirname, 'folders/argocd.yaml'), 'utf8')) as Record<
  string,
  KubernetesObject
>;
const attemptOf = (object: KubernetesObject): Attempted => object.status?.operationState as Attempted;

/** What comes of waiting for a commit that the hub does not have yet, by what Argo CD said; and what was asked of the hub. */
const waitedFor = async (application: KubernetesObject, commit: string): Promise<Awaited & { asked: Reference[] }> => {
  const asked: Reference[] = [];
  const get = async (reference: Reference): Promise<Found> => {
    asked.push(reference);
    return reference.kind === 'Application' ? { object: application } : { missing: 'unknown kind' };
  };
  const folders = await foldersOf('argonova', { get });
  const service: Found = { missing: 'not there' };

  return { ...awaitedOf('argonova/shop', example('Service', 'billing'), { service, folders }, commit), asked };
};

/** The commit of an attempt. What is unreadable says none, so there it is one that came after. */
const triedIn = (name: string): string => {
  if (name === 'unreadable') return 'c'.repeat(40);
  const { syncResult, operation } = attemptOf(recorded[name] as KubernetesObject);

  return syncResult?.revision ?? operation.sync.revision ?? 'none';
};

const waiting = 'the hub does not have argonova/shop of this commit yet';

test.each([
  { name: 'applied', state: 'Waiting', words: waiting },
  { name: 'under way', state: 'Waiting', words: waiting },
  { name: 'tried again', state: 'Waiting', words: waiting },
  {
    name: 'unreadable',
    state: 'Waiting',
    words:
      /^the hub does not have argonova\/shop of this commit yet\. Argo CD says: Failed to load target state: .*yaml: line 16/,
  },
  {
    name: 'refused by the schema',
    state: 'Refused',
    words: /^Argo CD could not apply this commit: error when patching .*provider: Unsupported value: "postgresql"/,
  },
  {
    name: 'refused by a policy',
    state: 'Refused',
    words: /^Argo CD could not apply this commit: .*squadkit-only-crossplane.*: leave spec.crossplane out/,
  },
  {
    name: 'not permitted',
    state: 'Refused',
    words:
      'Argo CD could not apply this commit: resource :ConfigMap is not permitted in project squad-argonova; resource :ServiceAccount is not permitted in project squad-argonova',
  },
])('$name, of the commit that is waited for: $state', async ({ name, state, words }) => {
  const said = await waitedFor(recorded[name] as KubernetesObject, triedIn(name));

  expect(said.state).toBe(state);
  if (typeof words === 'string') expect(said.words).toBe(words);
  else expect(said.words).toMatch(words);
});

test.each(Object.keys(recorded))('%s, of another commit, decides nothing', async (name) => {
  const { state } = await waitedFor(recorded[name] as KubernetesObject, 'b'.repeat(40));

  expect(state).toBe('Waiting');
});

test.each(['Failed', 'Error'])('an attempt that ended as %s, and is not tried again, is refused', async (phase) => {
  const ended = structuredClone(recorded['refused by the schema']) as KubernetesObject;
  attemptOf(ended).phase = phase;

  expect((await waitedFor(ended, triedIn('refused by the schema'))).state).toBe('Refused');
});

test('the Application is asked for that the Squad tells Argo CD', async () => {
  const { asked } = await waitedFor(recorded.applied as KubernetesObject, 'none');

  expect(asked).toContainEqual({
    ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' },
    ...{ name: recorded.applied?.metadata?.name, namespace: recorded.applied?.metadata?.namespace },
  });
});
