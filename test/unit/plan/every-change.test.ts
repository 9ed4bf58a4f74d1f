import { describe, expect, test } from 'vitest';
import { evidenceOf } from '../../../functions/evidence/evidence.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { isSame } from '../../../functions/objects/same.ts';
import { type Plan, planOf } from '../../../functions/plan/plan.ts';
import { serviceSpec } from '../../../functions/service/schema.ts';
import { squadSpec } from '../../../functions/squad/schema.ts';
import type { World } from '../../../functions/tree/world.ts';
import { zoneSpec } from '../../../functions/zone/schema.ts';
import { definitions } from '../../../package/definition.ts';
import { fieldsIn, singleChanges } from '../../support/single-changes.ts';
import { wholePlatform, worldWith } from '../../support/whole-platform.ts';

const kinds = ['Zone', 'Squad', 'Service'] as const;
type Kind = (typeof kinds)[number];

const schemaOf = (kind: Kind) => {
  const definition = definitions.find(({ spec }) => spec.names.kind === kind);
  const schema = definition?.spec.versions[0]?.schema.openAPIV3Schema.properties?.spec;
  if (schema === undefined) throw new Error(`no schema of ${kind}`);
  // What Crossplane adds is no document's to say.
  const { crossplane: _, ...properties } = schema.properties ?? {};

  return { ...schema, properties };
};

const specs = { Zone: zoneSpec, Squad: squadSpec, Service: serviceSpec };

const objects: KubernetesObject[] = Object.values(wholePlatform);
const base = worldWith(objects);

const withSpec = (kind: Kind, spec: unknown): World =>
  worldWith(
    objects.map((object) =>
      object === wholePlatform[kind] ? { ...object, spec: spec as Record<string, unknown> } : object,
    ),
  );

/** What a plan says of the document itself, and not of what it touches. */
const ownWords = ({ changes }: Plan, kind: Kind): string[] =>
  changes
    .filter((change) => change.kind === kind)
    .flatMap(({ consequences }) => consequences.map(({ words }) => words))
    .filter((words) => !/^(changes|refuses) \d+ Services? of /.test(words));

const silent = ({ changes }: Plan): string[] =>
  changes
    .filter(({ action, consequences }) => action !== 'refuse' && consequences.length === 0)
    .map(({ name }) => name);

const isRefused = ({ changes }: Plan): boolean => changes.some(({ action }) => action === 'refuse');

/** What is said of a Service, but for who changed the documents. */
const evidenceIn = (world: World, name: string) => {
  const document = world.services.get(name);
  if (document === undefined) throw new Error(`no Service ${name}`);
  const { history: _, deciders: __, ...said } = evidenceOf(world, document).evidence;

  return said;
};

const services = [...base.services.keys()];
const evidence = new Map(services.map((name) => [name, evidenceIn(base, name)]));

/** What cannot be changed on its own: it says what the thing is, or which server and cluster everything there was made on. */
const fixed: Record<Kind, string[]> = {
  Zone: [
    ...['environment', 'components[].name', 'components[].provider'],
    ...['components[].postgres.server', 'components[].kubernetes.cluster'],
  ],
  Squad: [],
  Service: ['zones[].name', 'zones[].components[].name', 'zones[].components[].provider'],
};

describe.each(kinds)('a single change of a %s', (kind) => {
  const schema = schemaOf(kind);
  const read = (spec: unknown) => specs[kind].safeParse(spec);
  const normal = read(wholePlatform[kind].spec).data;
  const done = new Set<string>();
  const planned = [...singleChanges(schema, wholePlatform[kind].spec)].flatMap(({ field, how, documents }) => {
    if (done.has(`${field} ${how}`)) return [];
    for (const document of documents) {
      const { success, data } = read(document);
      if (!success) continue;
      const target = withSpec(kind, document);
      const there = planOf({ base, target });
      if (isRefused(there)) continue;
      done.add(`${field} ${how}`);

      return [
        { field, how, isOther: !isSame(normal, data), target, plans: [there, planOf({ base: target, target: base })] },
      ];
    }

    return [];
  });

  test('is tried of every field that the schema knows', () => {
    const isTried = (field: string) =>
      planned.some((one) => one.field.startsWith(field) && /^($|[.[{])/.test(one.field.slice(field.length)));

    expect(fieldsIn(schema).filter((field) => !isTried(field))).toEqual(fixed[kind]);
  });

  test('is told in both directions, in words about what changes', () => {
    const unsaid = planned.flatMap(({ field, how, isOther, plans }) =>
      plans.flatMap((plan) => {
        const words = ownWords(plan, kind);
        const isOnlyWritten = words.join() === 'changes only how the document is written';

        return silent(plan).length > 0 || words.length === 0 || isOnlyWritten === isOther ? [[field, how, words]] : [];
      }),
    );

    expect(unsaid).toEqual([]);
  });

  test('is told of each Service of which evidence then says something else', () => {
    const missed = planned.flatMap(({ field, how, target, plans }) =>
      services
        .filter((name) => target.services.has(name) && !isSame(evidence.get(name), evidenceIn(target, name)))
        .filter((name) => plans.some(({ changes }) => !changes.some((change) => change.name === name)))
        .map((name) => `${field} ${how}: ${name}`),
    );

    expect(missed).toEqual([]);
  });
});

test('the platform of these changes is accepted, and has all of it in evidence', () => {
  expect(planOf({ base: undefined, target: base }).changes.map(({ action }) => action)).toEqual([
    'create',
    'create',
    'create',
    'create',
  ]);
  expect(planOf({ base, target: base }).changes).toEqual([]);
});

test.each(kinds)('a label and an annotation of a %s that comes, changes or goes is told', (kind) => {
  for (const field of ['labels', 'annotations'] as const) {
    for (const entries of [{}, { team: 'two', note: 'two' }, { team: 'one', note: 'one', more: 'three' }]) {
      const document = wholePlatform[kind];
      const changed = { ...document, metadata: { ...document.metadata, [field]: entries } } as KubernetesObject;
      const target = worldWith(objects.map((object) => (object === document ? changed : object)));
      for (const plan of [planOf({ base, target }), planOf({ base: target, target: base })]) {
        if (isRefused(plan)) continue;
        expect(silent(plan)).toEqual([]);
        expect(ownWords(plan, kind).join()).toMatch(field === 'labels' ? /label `/ : /annotation `/);
      }
    }
  }
});
