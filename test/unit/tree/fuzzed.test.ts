import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Document, isCollection, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { cases } from '../../support/cases.ts';
import { exampleFile, exampleTree, squadkit } from '../../support/squadkit.ts';

/** A file for each reader of YAML in functions/tree, by the path at which it is looked for. */
const files: Record<string, string> = {
  'squads/galaxy/billing.yaml': exampleFile('squads/galaxy/billing.yaml'),
  'platform/squads/galaxy.yaml': exampleFile('platform/squads/galaxy.yaml'),
  'platform/zones/meadow.yaml': exampleFile('platform/zones/meadow.yaml'),
  'approvals.yaml': exampleFile('approvals.yaml'),
  'squads/galaxy/list.yaml': `{apiVersion: v1, kind: List, items: [${'{apiVersion: v1, kind: List, items: [{apiVersion: squadkit.io/v1alpha1, kind: Service, metadata: {name: ledger, namespace: galaxy, labels: {team: a}}, spec: {zones: []}}]}'}]}`,
  'squads/galaxy/kustomization.yaml':
    '{kind: Kustomization, resources: [billing.yaml, more], components: [a], bases: [b], patches: [{path: c}]}',
  'platform/flux.yaml':
    '{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: a}, spec: {path: ./squads, commonMetadata: {labels: {a: b}, annotations: {c: d}}}}',
  'platform/source.yaml':
    '{apiVersion: source.toolkit.fluxcd.io/v1, kind: GitRepository, metadata: {name: a}, spec: {url: https://example.org/a, ignore: b, sparseCheckout: [c], include: [{repository: {name: d}}]}}',
  'platform/application.yaml':
    '{apiVersion: argoproj.io/v1alpha1, kind: Application, metadata: {name: a}, spec: {source: {path: squads, directory: {include: b}}, sources: [{path: c, helm: {}}]}}',
  'platform/wrapped.yaml':
    '{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {b: "apiVersion: squadkit.io/v1alpha1\\nkind: Service"}, more: [{apiVersion: squadkit.io/v1alpha1, kind: Zone, metadata: {name: c}}]}',
  'squads/galaxy/neighbour.yaml': `${exampleFile('squads/galaxy/billing.yaml').replace('name: billing', 'name: ledger')}`,
};

/** Names that every object of JavaScript has, or that change what it is. */
const names = [
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'toJSON',
  'then',
  '<<',
  'length',
  '',
];

/** Values of each type, with such names in them. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, '', 'constructor', '__proto__', [], {}, [[]], [null], [1, 'a', {}]),
  fc.constantFrom(...names).map((name) => ({ [`${name}`]: 1 })),
  fc.dictionary(fc.constantFrom(...names, 'name'), fc.constantFrom<unknown>(1, 'a', null, {}, []), { maxKeys: 3 }),
);

type Change = { kind: 'value'; value: unknown } | { kind: 'key'; name: string; value: unknown } | { kind: 'circle' };

const changes: fc.Arbitrary<Change> = fc.oneof(
  odd.map((value): Change => ({ kind: 'value', value })),
  fc.tuple(fc.constantFrom(...names), odd).map(([name, value]): Change => ({ kind: 'key', name, value })),
  fc.constant<Change>({ kind: 'circle' }),
);

/** All nodes with those around them, from the outside. */
const placesIn = (node: unknown, around: Node[] = []): Node[][] => {
  const own = [...around, node as Node];
  if (isMap(node)) return [own, ...node.items.flatMap(({ value }) => placesIn(value, own))];
  if (isSeq(node)) return [own, ...node.items.flatMap((item) => placesIn(item, own))];
  return isScalar(node) ? [own] : [];
};

const placesOf = (text: string): Node[][] => placesIn(parseDocument(text).contents);

/** The text with something else at one of its places. */
const changed = (text: string, place: number, change: Change): string => {
  const document = parseDocument(text) as unknown as Document;
  const places = placesIn(document.contents);
  const path = places[place % places.length] ?? [];
  const [node, parent, outermost] = [path.at(-1), path.at(-2), path.at(0)];
  const set = (value: unknown): void => {
    if (isSeq(parent)) parent.items[parent.items.indexOf(node)] = value;
    else if (isMap(parent)) for (const pair of parent.items) if (pair.value === node) pair.value = value;
  };
  if (change.kind === 'key') {
    const target = path.findLast(isMap) as { items: unknown[] } | undefined;
    target?.items.push(document.createPair(change.name, change.value));
  } else if (change.kind === 'value') {
    if (parent === undefined) return new Document(change.value).toString();
    set(document.createNode(change.value));
  } else {
    const target = path.slice(0, -1).findLast(isCollection) ?? outermost;
    if (!isCollection(target)) return text;
    const alias = document.createAlias(target as never, 'a');
    if (parent !== undefined) set(alias);
    else (target as { items: unknown[] }).items.push(document.createPair('more', alias));
  }

  return document.toString();
};

const commands = [
  ['plan', '--format', 'markdown'],
  ['plan', '--resources', '--base', exampleTree()],
  ['plan', '--base', exampleTree({ 'squads/galaxy/billing.yaml': null, 'platform/zones/meadow.yaml': null })],
  ['validate'],
  ['codeowners'],
  ['resources'],
  ['evidence', 'galaxy/billing'],
];

/** Those that read the most. */
const deepest = [...commands.slice(1, 2), ...commands.slice(-1)];

/** What is said of a fault of ours, or shows what is inside. */
const fault = /has a fault|fault of squadkit|native code|\[object|^ +at /m;

describe.each(Object.keys(files))('%s', (path) => {
  test('what cannot be made text may stand at each of its places', async () => {
    const text = files[path] ?? '';
    for (const place of placesOf(text).keys()) {
      const tree = exampleTree({ [path]: changed(text, place, { kind: 'value', value: { toString: 1 } }) });
      for (const command of deepest) {
        const { status, error } = await squadkit([...command, tree]);

        expect(error, `${command.join(' ')}, place ${place}`).not.toMatch(fault);
        expect(status, error).toBeLessThanOrEqual(2);
      }
    }
  });

  test('whatever stands in it, it is told of it, or planned: nothing ends a command', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1000), changes, fc.constantFrom(...commands), async (place, change, command) => {
        const text = changed(files[path] ?? '', place, change);
        const { status, error } = await squadkit([...command, exampleTree({ [path]: text })]);

        expect(error, text).not.toMatch(fault);
        expect(status, error).toBeLessThanOrEqual(2);
        // What no longer speaks of us or of an engine is not looked at outside of squads' folders.
        const isRead = path.startsWith('squads/') || /squadkit\.io|fluxcd|argoproj/.test(text);
        if (change.kind === 'circle' && command[0] === 'plan' && isRead) expect(status, text).toBe(1);
      }),
      { numRuns: cases },
    );
  });
});
