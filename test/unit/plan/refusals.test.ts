import { expect, test } from 'vitest';
import { problemsOf } from '../../../functions/plan/validate.ts';
import { readTree } from '../../../functions/tree/read.ts';
import { worldOf } from '../../../functions/tree/world.ts';
import { exampleFile } from '../../support/squadkit.ts';

interface Component {
  name: string;
  provider: string;
  postgres?: Record<string, unknown>;
  kubernetes?: Record<string, unknown>;
}

interface Spec {
  zones: { name: string; components: Component[] }[];
}

const whole = (): Spec => ({
  zones: [
    {
      name: 'frontier',
      components: [
        { name: 'spike', provider: 'postgres', postgres: {} },
        { name: 'aqua', provider: 'kubernetes', kubernetes: {} },
      ],
    },
  ],
});

const zone = (name: string) => ({ name, components: [{ name: 'spike', provider: 'postgres' }] });
const blockOf = (spec: Spec, index: number, provider: 'postgres' | 'kubernetes'): Record<string, unknown> =>
  spec.zones[0]?.components[index]?.[provider] ?? {};

/** Each is one thing for which a Service is refused; the first comes before others of its list, the last behind them. */
const mistakes: Record<string, (spec: Spec) => void> = {
  'a zone that nobody registered': ({ zones }) => zones.push(zone('nowhere')),
  'another one': ({ zones }) => zones.push(zone('elsewhere')),
  'a zone that the squad may not use': ({ zones }) => zones.push(zone('meadow')),
  'a component that the zone has not': ({ zones }) =>
    zones[0]?.components.push({ name: 'spoke', provider: 'postgres' }),
  'another component': ({ zones }) => zones[0]?.components.push({ name: 'aquas', provider: 'kubernetes' }),
  'an extension that is not allowed': (spec) => {
    blockOf(spec, 0, 'postgres').extensions = ['dblink'];
  },
  'more connections than there may be': (spec) => {
    blockOf(spec, 0, 'postgres').connections = 990;
  },
  'a field that does not fit': (spec) => {
    blockOf(spec, 1, 'kubernetes').size = 'huge';
  },
};

/** Texts that fit neither their form nor the least that they may say. */
const formless = ['0d', '0m', '00s', '-1d', '5', '1w', '', 'soon'];

const registered = [
  ...['frontier', 'meadow'].map((name) => `platform/zones/${name}.yaml`),
  ...['galaxy', 'quasar'].map((name) => `platform/squads/${name}.yaml`),
].map((path) => ({ path, text: exampleFile(path) }));

const said = (names: string[]): string[] => {
  const spec = whole();
  for (const name of names) mistakes[name]?.(spec);

  return saidOf(spec);
};

const saidOf = (spec: Spec): string[] => {
  const metadata = { name: 'orders', namespace: 'galaxy' };
  const text = JSON.stringify({ apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', metadata, spec });
  const files = [...registered, { path: 'squads/galaxy/orders.yaml', text }];
  const tree = readTree(files.map(({ path, text }) => ({ path, bytes: text.length, read: () => Buffer.from(text) })));

  return problemsOf(worldOf(tree)).map(({ column, message }) => `${column}: ${message}`);
};

const sentences = (lines: string[]): string[] => lines.map((line) => line.replace(/^\d+: /, '')).sort();

test('validate says of a Service all for which it is refused, and nothing else', () => {
  const names = Object.keys(mistakes);
  const alone = new Map(names.map((name) => [name, said([name])]));
  const wrong: string[] = [];
  const subsets = Array.from({ length: 2 ** names.length }, (_, bits) =>
    names.filter((_, index) => bits & (1 << index)),
  );
  for (const subset of subsets) {
    const lines = said(subset);
    const want = sentences(subset.flatMap((name) => alone.get(name) ?? []));
    // A field that does not fit hides what else is wrong in its component.
    if (JSON.stringify(sentences(lines)) !== JSON.stringify(want)) {
      wrong.push(`${subset.join(' + ')}:\n  ${lines.join('\n  ')}\n  wanted ${want.join('\n  ')}`);
    }
    const columns = lines.map((line) => Number.parseInt(line, 10));
    if (!columns.every((column, index) => column >= (columns[index - 1] ?? 0))) wrong.push(`order of ${subset.join()}`);
  }
  console.log(`${subsets.length} Services with up to ${names.length} mistakes`);

  expect([...alone.values()].map((lines) => lines.length)).toEqual(names.map(() => 1));
  expect(wrong.slice(0, 4)).toEqual([]);
});

test.each(formless)('of a time that reads %j only its form is said', (every) => {
  const spec = whole();
  blockOf(spec, 0, 'postgres').rotation = { every };

  expect(saidOf(spec)).toEqual([
    expect.stringMatching(/rotation\.every: use a whole number and s, m, h or d, as 90d or 12h$/),
  ]);
});
