import { describe, expect, test } from 'vitest';
import { clusterOf } from '../../../functions/doctor/cluster.ts';
import { oddInKinds, oddInList, oddInObject, oddInVersion } from '../../../functions/evidence/live/answers.ts';
import type { HttpQuestion, Send } from '../../../functions/evidence/live/api-server.ts';
import { Unplannable } from '../../../functions/tree/problem.ts';
import { changedAt, placesIn } from './changes.ts';

const well = {
  ...{ apiVersion: 'v1', kind: 'ConfigMap' },
  metadata: {
    ...{ name: 'one', namespace: 'two', generation: 1, labels: { a: 'b' }, annotations: { a: 'b' } },
    ...{ ownerReferences: [{ kind: 'Zone' }], finalizers: ['a'] },
  },
  spec: {},
  status: { conditions: [{ type: 'Ready', status: 'True', reason: 'a', message: 'b', observedGeneration: 1 }] },
};
const roots = { resources: [{ name: 'zones', kind: 'Zone', namespaced: false }] };
const odd = [null, 7, 'text', true, [], [null], {}, undefined];

const clusterWith = (
  answer: (question: HttpQuestion) => unknown,
): { cluster: ReturnType<typeof clusterOf>; asked: string[] } => {
  const asked: string[] = [];
  const send: Send = async (question) => {
    asked.push(question.path);
    const content = question.path.endsWith('/v1alpha1') ? roots : answer(question);

    return { status: 200, body: JSON.stringify(content) ?? '' };
  };

  return { cluster: clusterOf(send, { name: 'hub', server: 'https://hub.example.org' }), asked };
};
const zones = ['squadkit.io/v1alpha1', 'Zone'] as const;
const zone = { apiVersion: zones[0], kind: zones[1], name: 'frontier' };

describe('an odd answer', () => {
  test.each(odd.slice(0, -1).map((content) => ({ content })))('$content is a sentence', async ({ content }) => {
    const { cluster } = clusterWith(() => content);
    for (const look of [() => cluster.get(zone), () => cluster.list(...zones), () => cluster.version()]) {
      const failure = await look().then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(Unplannable);
      expect(String((failure as Error).message)).toMatch(
        /^the hub at https:\/\/hub.example.org answers oddly, so nothing is said of it: [^\n]+$/,
      );
    }
  });

  test('is one where any place of an object that is read by everybody has another type', () => {
    expect([
      oddInObject(well),
      oddInList({ items: [well] }),
      oddInKinds(roots),
      oddInVersion({ gitVersion: 'v1' }),
    ]).toEqual(Array(4).fill(undefined));
    for (const place of placesIn(well).leaves.filter(
      ([part, field]) => (part === 'metadata' && field !== 'ownerReferences') || part === 'status',
    ))
      for (const value of [7, {}, [], null].filter(
        (one) => typeof one !== 'number' || !/eneration$/.test(String(place.at(-1))),
      ))
        expect(
          oddInObject(changedAt(well, place, value)),
          `${place.join('.')}: ${JSON.stringify(value)}`,
        ).toBeDefined();
    for (const place of [['metadata'], ['metadata', 'name'], ['status', 'conditions', 0, 'type']])
      expect(oddInObject(changedAt(well, place, undefined)), place.join('.')).toBeDefined();
  });
});

describe('a list', () => {
  const page = (index: number, more: boolean) => ({
    items: [{ metadata: { name: `zone-${index}` } }],
    metadata: more ? { continue: `token ${index + 1}` } : {},
  });
  const pageOf = ({ path }: HttpQuestion): number => Number(/continue=token%20(\d+)/.exec(path)?.[1] ?? 0);

  test('is followed page by page', async () => {
    const { cluster, asked } = clusterWith((question) => page(pageOf(question), pageOf(question) < 3));

    expect((await cluster.list(...zones))?.map(({ metadata }) => metadata?.name)).toEqual([
      'zone-0',
      'zone-1',
      'zone-2',
      'zone-3',
    ]);
    expect(asked.filter((path) => path.includes('limit=500'))).toHaveLength(4);
  });

  test('that does not end is not taken for all there is', async () => {
    const { cluster, asked } = clusterWith((question) => page(pageOf(question), true));

    await expect(cluster.list(...zones)).rejects.toThrow(
      /lists more than 100 pages at .*\/zones: nobody looks through all of it$/,
    );
    expect(asked.length).toBeLessThan(110);
  });

  test('of nothing may be null', async () => {
    expect(await clusterWith(() => ({ items: null })).cluster.list(...zones)).toEqual([]);
  });
});
