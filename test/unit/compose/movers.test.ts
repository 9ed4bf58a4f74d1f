import type { Resource, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { providers } from '../../../functions/providers/index.ts';
import type { KnownError } from '../../../functions/providers/provider.ts';
import { statuses } from '../../../functions/round/condition.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { cases } from '../../support/cases.ts';
import { compose } from '../../support/compose.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { copyOf, requestFor } from '../../support/request.ts';

const start = Date.parse('2026-01-01T00:00:00Z');
/** Seconds between two rounds. */
const pause = 10;
const wordOf = Object.fromEntries(Object.entries(statuses).map(([word, status]) => [status, word]));

/** A text that an expression matches: its first alternative, with something for what may be anything. */
const exampleOf = ({ source }: RegExp): string => {
  const first = (text: string): string => {
    let depth = 0;
    for (const [index, letter] of [...text].entries()) {
      if (letter === '(') depth += 1;
      if (letter === ')') depth -= 1;
      if (letter === '|' && depth === 0) return text.slice(0, index);
    }
    return text;
  };
  let text = first(source);
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(/\(([^()]*)\)(\??)/, (_, inner: string) => inner.split('|')[0] ?? '');
  }

  return text.replaceAll('\\S*', '/x/').replaceAll('.*', 'x').replaceAll('\\/', '/').replaceAll('\\.', '.');
};

interface Cause {
  message: string;
  actor: string;
  known: boolean;
}

/** Every error that a provider knows, that is not hidden by one before it, and one that nobody knows. */
const causesOf = (knownErrors: KnownError[]): Cause[] => {
  const found = knownErrors.flatMap((known): Cause[] => {
    const message = exampleOf(known.match);
    return knownErrors.find(({ match, says }) => says !== 'remote' && match.test(message)) === known
      ? [{ message, actor: known.actor, known: true }]
      : [];
  });

  return [...found, { message: 'pq: something that nobody knows', actor: 'SRE', known: false }];
};

const passing = [
  'Operation cannot be fulfilled: the object has been modified; please apply your changes to the latest version',
  'context canceled',
  'cannot compare desired and observed privileges',
];

/** What a provider may say in a round of something that fails all the time. */
const steps = [
  'the same',
  'while it looks',
  'while it changes',
  'with another process',
  'passing',
  'somebody else',
] as const;
type Step = (typeof steps)[number];

const said = (step: Step, { message }: Cause, nobody: string[], choice: number): string => {
  switch (step) {
    case 'while it looks':
      return `observe failed: cannot select it: ${message}`;
    case 'while it changes':
      return `update failed: cannot alter it: ${message}`;
    case 'with another process':
      return `create failed: ${message} (pid ${4000 + choice})`;
    case 'passing':
      return passing[choice % passing.length] as string;
    case 'somebody else':
      return nobody[choice % nobody.length] ?? (passing[0] as string);
    default:
      return `create failed: ${message}`;
  }
};

const subjects = (['Service', 'Zone'] as const).map((kind) => {
  const document = example(kind, kind === 'Service' ? 'billing' : 'frontier');
  const settled = simulate(document, exampleRegistry()).observed;
  const providerOf = (name: string) =>
    providers.find((provider) =>
      name.startsWith(provider.name === 'postgres' ? 'frontier.spike.' : 'frontier.aqua.'),
    ) ??
    providers.find((provider) => name.startsWith(provider.name === 'postgres' ? 'identity.spike.' : 'identity.aqua.'));
  const failable = Object.keys(settled).filter((name) => providerOf(name) !== undefined && !name.endsWith('.binding'));

  return { kind, document, settled, failable, providerOf };
});

/** What fails in a life, and what its providers say of it round by round: the first round always says it plainly. */
const lives = fc.constantFrom(...subjects).chain((subject) =>
  fc.uniqueArray(fc.constantFrom(...subject.failable), { minLength: 1, maxLength: 3 }).chain((names) =>
    fc.record({
      subject: fc.constant(subject),
      causes: fc.tuple(
        ...names.map((name) =>
          fc.record({
            name: fc.constant(name),
            cause: fc.constantFrom(...causesOf(subject.providerOf(name)?.knownErrors ?? [])),
          }),
        ),
      ),
      rounds: fc.array(
        fc.tuple(...names.map(() => fc.record({ step: fc.constantFrom(...steps), choice: fc.nat(9) }))),
        { minLength: 2, maxLength: 10 },
      ),
    }),
  ),
);

const isMover = (actor: string): boolean => actor !== 'Nobody';

const conditionsIn = ({ conditions }: RunFunctionResponse) =>
  conditions.map(({ status, type, reason, message }) => ({ type, reason, message, status: wordOf[status] }));

test('whose move it is stays as long as what leads there stays, whatever a provider says in between', () => {
  let rounds = 0;
  fc.assert(
    fc.property(lives, ({ subject: { document, settled, providerOf }, causes, rounds: all }) => {
      let composite: KubernetesObject = document;
      const movers: string[] = [];
      const plain = causes.map(() => ({ step: 'the same' as Step, choice: 0 }));
      for (const [index, round] of [plain, ...all].entries()) {
        const now = start + index * pause * 1000;
        const observed: Record<string, Resource> = copyOf(settled);
        for (const [position, { name, cause }] of causes.entries()) {
          const { step, choice } = round[position] as { step: Step; choice: number };
          const errors = providerOf(name)?.knownErrors ?? [];
          const nobody = errors.filter(({ actor }) => actor === 'Nobody').map(({ match }) => exampleOf(match));
          const object = observed[name]?.resource as unknown as KubernetesObject;
          const lastTransitionTime = new Date(now).toISOString();
          object.status = {
            conditions: [
              { type: 'Synced', status: 'False', lastTransitionTime, message: said(step, cause, nobody, choice) },
            ],
          };
        }
        const response = compose(requestFor(composite, observed), now);
        const conditions = conditionsIn(response);
        const told = response.desired?.composite?.resource as KubernetesObject | undefined;
        composite = { ...composite, status: { ...told?.status, conditions } };
        if (response.results.length > 0) return;

        const action = conditions.find(({ type }) => type === 'ActionNeeded');
        const provisioned = conditions.find(({ type }) => type === 'Provisioned');
        movers.push(action?.reason ?? '');
        rounds += 1;
        if (provisioned?.reason === 'Failing' && isMover(action?.reason ?? '')) {
          expect(provisioned.message).toContain(`Move: ${action?.reason}.`);
        }
      }
      // Where several fail, the first of them that somebody can end.
      expect(new Set(movers).size).toBe(1);
      if (causes.some(({ cause }) => isMover(cause.actor))) expect(isMover(movers[0] ?? '')).toBe(true);
    }),
    { numRuns: cases },
  );
  expect(rounds).toBeGreaterThan(cases);
});

const [service] = subjects;
const errors = causesOf(providers[0]?.knownErrors ?? []);
const pairs = errors
  .flatMap((first) => errors.map((second) => ({ first, second })))
  // Of two movers the first is as good as the other.
  .filter(({ first, second }) => !isMover(first.actor) || !isMover(second.actor));

test(`of two that fail, all that is said names one who can end one of them: ${pairs.length} pairs`, () => {
  for (const { first, second } of pairs) {
    const observed = copyOf(service?.settled ?? {});
    for (const [name, { message }] of Object.entries({ 'frontier.spike.app': first, 'frontier.spike.owner': second })) {
      const object = observed[name]?.resource as unknown as KubernetesObject;
      object.status = { conditions: [{ type: 'Synced', status: 'False', message }] };
    }
    const conditions = conditionsIn(compose(requestFor(service?.document as KubernetesObject, observed), start));
    const mover = conditions.find(({ type }) => type === 'ActionNeeded')?.reason;
    const can = [first, second].map(({ actor }) => actor).find(isMover) ?? 'Nobody';

    expect([mover, `${first.message}, ${second.message}`]).toEqual([can, `${first.message}, ${second.message}`]);
    expect(conditions.find(({ type }) => type === 'Provisioned')?.message).toContain(`Move: ${can}.`);
  }
});

test('the example of each error that a provider knows is one that it knows', () => {
  const counts = providers.map(({ name, knownErrors }) => [name, causesOf(knownErrors).length - 1, knownErrors.length]);

  for (const [, found, all] of counts) expect(found).toBeGreaterThan(Number(all) * 0.8);
});
