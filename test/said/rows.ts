import { statuses } from '../../functions/round/condition.ts';
import { sentenceOf, sentences } from './sentences.ts';
import { type Site, siteOf } from './sites.ts';
import { type Said, type State, saidAfterFault, saidOf, states } from './states.ts';

/** Why a document is refused: one for each place in the code, with what the function says in a state that leads there. */
export interface RefusalRow {
  reason: string;
  actor: string;
  kind: string;
  what: string;
  next: string;
}

/** What a condition says: one for each reason and sentence. */
export interface ConditionRow {
  kind: string;
  /** The state in which it is said, in words. */
  when: string;
  type: string;
  status: string;
  reason: string;
  message: string;
}

/** All that is said, as test/recorded/said.json keeps it. */
export interface Rows {
  refusals: RefusalRow[];
  conditions: ConditionRow[];
}

const words = Object.fromEntries(Object.entries(statuses).map(([word, status]) => [status, word]));

/** Every state that is tried with what is said of it, the fault of the function itself last. */
export const everythingSaid = (): { kind: string; when: string | undefined; said: Said }[] => [
  ...states().map((state: State) => ({ kind: state.document.kind, when: state.when, said: saidOf(state) })),
  { kind: 'Service', when: 'the function itself has a fault', said: saidAfterFault() },
];

const keyOf = ({ file, line }: Site): string => `${file}:${line}`;

/** The first of each key, in the order of the keys. */
const firstOf = <Row>(rows: [string, Row][]): Row[] => {
  const found = new Map<string, Row>();
  for (const [key, row] of rows) if (!found.has(key)) found.set(key, row);

  return [...found].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
};

const isForMachines = (type: string): boolean => type === 'Reconciling' || type === 'Stalled';
const isOfRefusal = (type: string): boolean => type === 'Accepted' || type === 'ActionNeeded';
const all = sentences();

/** All that is said in the states that are tried. */
export const rowsOf = (everything = everythingSaid()): Rows => ({
  refusals: firstOf(
    everything.flatMap(({ kind, said: { refusal } }): [string, RefusalRow][] => {
      const site = refusal && siteOf(refusal);
      if (refusal === undefined || site === undefined) return [];
      const { reason, actor, what, next } = refusal;
      return [[`${reason} ${actor} ${keyOf(site)}`, { reason, actor, kind, what, next }]];
    }),
  ),
  conditions: firstOf(
    everything.flatMap(({ kind, when, said: { conditions, refusal } }) =>
      conditions
        // What a refusal says stands among the refusals; what machines read says the same once more.
        .filter(({ type }) => !isForMachines(type) && (refusal === undefined || !isOfRefusal(type)))
        .map(({ type, status, reason, message = '' }): [string, ConditionRow] => {
          const sentence = sentenceOf(message, all)?.text ?? message;
          return [
            [type, kind, reason, sentence].join(' '),
            {
              kind,
              when: when ?? (refusal && 'it is refused') ?? '',
              type,
              status: words[status] ?? '',
              reason,
              message,
            },
          ];
        }),
    ),
  ),
});
