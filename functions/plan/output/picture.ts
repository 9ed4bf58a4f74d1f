import { label } from '../../words/escape.ts';
import type { Change, Drawn } from '../change.ts';

/** More would be a picture that nobody can read. */
const mostServices = 6;

const keyOf = ({ zone, component, provider }: Drawn): string => `${zone}/${component}/${provider}`;

type State = 'new' | 'changed' | 'gone' | 'same';

/** A picture of the Services that change: what will exist, and who reaches what. Undefined if there is nothing to draw. */
export const pictureOf = (changes: Change[]): { text: string; leftOut: number } | undefined => {
  const services = changes.filter(
    ({ refused, before, after }) => refused === undefined && before.length + after.length > 0,
  );
  if (services.length === 0) return undefined;

  const lines = services.slice(0, mostServices).flatMap((change, index) => serviceLines(change, `s${index}`));
  const text = [
    'flowchart LR',
    ...lines,
    '  classDef new fill:#dafbe1,stroke:#1a7f37,color:#1f2328',
    '  classDef changed fill:#fff8c5,stroke:#9a6700,color:#1f2328',
    '  classDef gone fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-dasharray:4',
    '  classDef same fill:#f6f8fa,stroke:#59636e,color:#1f2328',
  ].join('\n');

  return { text, leftOut: Math.max(services.length - mostServices, 0) };
};

/** A renamed Service has all its components twice: where they were, and where they will be. */
const statesOf = (change: Change): { part: Drawn; state: State }[] => {
  const isAnew = change.action === 'rename' || change.action === 'transfer';
  const before = new Set(change.before.map(keyOf));
  const after = new Set(change.after.map(keyOf));
  const stateOf = (part: Drawn): State => {
    if (isAnew || !before.has(keyOf(part))) return 'new';
    const isTouched = change.consequences.some(
      ({ where }) => where?.zone === part.zone && where.component === part.component,
    );
    return isTouched ? 'changed' : 'same';
  };

  return [
    ...change.after.map((part) => ({ part, state: stateOf(part) })),
    ...change.before
      .filter((part) => isAnew || !after.has(keyOf(part)))
      .map((part) => ({ part, state: 'gone' as const })),
  ];
};

const serviceLines = (change: Change, id: string): string[] => {
  const states = statesOf(change).map((state, index) => ({ ...state, id: `${id}c${index}` }));
  const nodes = states.map(({ part, state, id: node }) => {
    const title = `${part.name.replaceAll('`', '')} on ${part.component}, ${part.zone} (${part.environment})`;
    return `    ${node}["${label(title)}"]:::${state}`;
  });

  return [
    `  subgraph ${id}["${label(`Service ${change.name}`)}"]`,
    ...nodes,
    '  end',
    ...states.flatMap((state) => edges(state, states)),
  ];
};

interface Node {
  part: Drawn;
  state: State;
  id: string;
}

const edges = (from: Node, all: Node[]): string[] => {
  const isGone = from.state === 'gone';
  const arrow = isGone ? '-.->' : '-->';
  const lines = from.part.reaches.flatMap((to) => {
    if ('people' in to) {
      const people = `${from.id}p`;
      return [
        `  ${people}(["${label(`people of ${to.people}`)}"]):::${from.state}`,
        `  ${people} ${arrow}|"${label(isGone ? 'no longer' : `may ${to.may}`)}"| ${from.id}`,
      ];
    }
    const target = all.find(
      ({ part, state }) =>
        part.zone === from.part.zone && part.component === to.component && (state === 'gone') === isGone,
    );
    if (target === undefined) return [];

    return [`  ${from.id} ${arrow}|"${label(isGone ? 'no longer' : `Secret ${to.secret}`)}"| ${target.id}`];
  });

  return [...new Set(lines)];
};
