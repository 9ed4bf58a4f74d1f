import { describe, expect, test } from 'vitest';
import type { Found } from '../../../functions/evidence/live/hub.ts';
import { awaitedOf } from '../../../functions/evidence/wait/awaited.ts';
import type { Awaited } from '../../../functions/evidence/wait/awaiting.ts';
import { foldersOf } from '../../../functions/evidence/wait/engines.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { example } from '../../support/examples.ts';
import { squadkit } from '../../support/squadkit.ts';

const billing = example('Service', 'billing');
const commit = 'a'.repeat(40);
const nothing: Found = { missing: 'not there' };

/** As `squadkit wait` looks: what the hub answers for the Service, and for an engine's object of the squad's folder. */
const awaited = async (
  { service, folder = nothing, kind = 'Kustomization' }: { service: Found; folder?: Found; kind?: string },
  document: KubernetesObject | undefined = billing,
  of = commit,
): Promise<Awaited> => {
  const folders = await foldersOf('galaxy', { get: async (asked) => (asked.kind === kind ? folder : nothing) });

  return awaitedOf('galaxy/billing', document, { service, folders }, of);
};

const flux = (reason: string, revision = `main@sha1:${commit}`): Found => ({
  object: {
    ...{ apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' },
    status: {
      lastAttemptedRevision: revision,
      conditions: [{ type: 'Ready', status: 'False', reason, message: 'dry-run failed (Invalid)' }],
    },
  },
});

/** The Service on a hub: what it says of how far it is, and of which generation. */
const onHub = (
  { accepted = 'True', ready = 'True', action = 'False', about = 2, composed = undefined as number | undefined } = {},
  change: (object: KubernetesObject) => void = () => undefined,
): Found => {
  const object = structuredClone(billing);
  object.metadata = { ...object.metadata, generation: 2 };
  object.status = {
    ...(composed !== undefined && { observedGeneration: composed }),
    conditions: [
      { type: 'Synced', status: 'True', observedGeneration: about },
      { type: 'Accepted', status: accepted, reason: 'ZoneNotFound', message: 'zone prairie is not registered.' },
      { type: 'Provisioned', status: ready, message: '3 of 23 resources are in place.' },
      { type: 'Ready', status: ready, observedGeneration: about },
      { type: 'ActionNeeded', status: action, message: 'Squad: ask.' },
    ],
  };
  change(object);

  return { object };
};

/** Where a Service is by what the hub says of it: every word that decides, with every other. */
const cases = ['True', 'False', 'Unknown'].flatMap((accepted) =>
  ['True', 'False'].flatMap((ready) =>
    ['True', 'False'].flatMap((action) =>
      [1, 2].flatMap((about) =>
        [undefined, 1, 2].map((composed) => {
          const isCurrent = about === 2 && (composed ?? 2) === 2;
          const isRefused = accepted === 'False' && action === 'True';
          const decided = isRefused ? 'Refused' : accepted === 'True' && ready === 'True' ? 'Ready' : 'Waiting';

          return { accepted, ready, action, about, composed, want: isCurrent ? decided : 'Waiting' };
        }),
      ),
    ),
  ),
);

describe('a Service that the hub has as the commit has it', () => {
  test.each(cases)(
    'Accepted=$accepted Ready=$ready ActionNeeded=$action of generation $about, composed $composed: $want',
    async ({ want, ...said }) => {
      expect((await awaited({ service: onHub(said) })).state).toBe(want);
    },
  );

  test('is the same in another order, and with what the API server completed', async () => {
    const service = onHub({}, ({ spec }) => {
      const { zones } = spec as { zones: { components: unknown[] }[] };
      Object.assign(spec ?? {}, { dataClass: 'internal', crossplane: { resourceRefs: [] } });
      for (const { components } of zones) components.reverse();
    });

    expect(await awaited({ service })).toEqual({ state: 'Ready', words: 'galaxy/billing is Ready in frontier' });
  });
});

describe('a Service that the hub has not as the commit has it', () => {
  test.each(['crossplane', 'owner'])(
    'a document with %s, which the API server refuses or drops: Waiting',
    async (field) => {
      const document = structuredClone(billing);
      document.spec = { ...document.spec, [field]: {} };

      expect((await awaited({ service: onHub() }, document)).state).toBe('Waiting');
    },
  );

  const other = onHub({}, ({ spec }) => Object.assign(spec ?? {}, { description: 'the one before' }));
  const ending = onHub({}, ({ metadata }) => Object.assign(metadata ?? {}, { deletionTimestamp: '2026-01-01' }));

  test.each([
    { name: 'none yet', service: nothing, want: 'Waiting' },
    { name: 'the one before', service: other, want: 'Waiting' },
    { name: 'one that is on its way out', service: ending, want: 'Waiting' },
    { name: 'refused by the API server', service: other, folder: flux('ReconciliationFailed'), want: 'Refused' },
    { name: 'a folder that is gone', service: other, folder: flux('ArtifactFailed'), want: 'Refused' },
    { name: 'under way', service: other, folder: flux('Progressing'), want: 'Waiting' },
    { name: 'of a commit before', service: other, folder: flux('BuildFailed', 'main@sha1:bb'), want: 'Waiting' },
    { name: 'not to be seen', service: other, folder: { missing: 'not allowed' } as Found, want: 'Waiting' },
  ])('$name: $want', async ({ want, ...looked }) => {
    expect((await awaited(looked)).state).toBe(want);
  });

  test('is gone only when it can be seen to be', async () => {
    const look = async (service: Found, folder: Found = nothing) =>
      awaitedOf(
        ...(['galaxy/billing', undefined] as const),
        { service, folders: await foldersOf('galaxy', { get: async () => folder }) },
        commit,
      );

    expect((await look(nothing)).state).toBe('Gone');
    expect((await look(onHub())).state).toBe('Waiting');
    expect(await look(onHub(), flux('BuildFailed'))).toEqual({
      state: 'Refused',
      words: 'Flux could not apply this commit: dry-run failed (Invalid)',
    });
    await expect(look({ missing: 'not allowed' })).rejects.toThrow('cannot see galaxy/billing on the hub');
    await expect(look({ missing: 'unknown kind' })).rejects.toThrow('Squadkit is not installed on it');
  });
});

test.each([
  { args: ['wait', 'billing'], says: 'name it as squad/name' },
  { args: ['wait', 'galaxy/billing', '--timeout', 'soon'], says: 'write it as 90s or 5m' },
  { args: ['wait'], says: 'missing required argument' },
])('squadkit $args is a misuse', async ({ args, says }) => {
  const { status, error } = await squadkit(args);

  expect(error).toContain(says);
  expect(status).toBe(2);
});
