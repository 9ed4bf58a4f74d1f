import type { Contents, SequenceFacts } from '../backup/contents.ts';
import { Failed, plainly } from './failure.ts';

const byName = <Value>(
  wanted: Record<string, Value>,
  found: Record<string, Value>,
): [string, Value | undefined, Value | undefined][] => {
  const [want, have] = [wanted, found].map((each) => new Map(Object.entries(each))) as [
    ...[Map<string, Value>, Map<string, Value>],
  ];

  return [...new Set([...want.keys(), ...have.keys()])].map((name) => [name, want.get(name), have.get(name)]);
};

const counted = (rows: number): string => `${rows} row${rows === 1 ? '' : 's'}`;

const isBehind = (wanted: SequenceFacts, found: SequenceFacts): boolean => {
  if (wanted.goes === 'round') return false;
  const [want, have] = [BigInt(wanted.next), BigInt(found.next)];

  return wanted.goes === 'up' ? have < want : have > want;
};

const ofTables = (wanted: Contents, found: Contents): string[] =>
  byName(wanted.tables, found.tables).flatMap(([name, want, have]) => {
    const table = plainly('table', name);
    if (have === undefined) return [`${table} is not in it`];
    if (want === undefined) return [`${table} was not there`];
    if (have.rows !== want.rows) return [`${table} has ${counted(have.rows)} instead of ${want.rows}`];

    return have.sum === want.sum ? [] : [`rows of ${table} are not what they were`];
  });

const ofSequences = (wanted: Contents, found: Contents): string[] =>
  byName(wanted.sequences, found.sequences).flatMap(([name, want, have]) => {
    const sequence = plainly('sequence', name);
    if (have === undefined) return [`${sequence} is not in it`];
    if (want === undefined) return [`${sequence} was not there`];
    if (have.goes !== want.goes) return [`${sequence} does not go on as it did`];

    return isBehind(want, have) ? [`${sequence} is behind: it gives again what it gave already`] : [];
  });

/** `index invoice_pkey`, `trigger kept on invoice`: the kind is ours, the names are somebody's. */
const thing = (text: string): string => {
  const [, kind = '', name = ''] =
    /^(materialized view|partitioned table|foreign table|default of|\w+) (.*)$/s.exec(text) ?? [];

  return /^[\w$-]+(\([\w$ ,.[\]-]*\))?( on [\w$-]+)?$/.test(name)
    ? `${kind} ${name}`
    : `a ${kind} with an unusual name`;
};

const ofThings = (wanted: Contents, found: Contents): string[] => {
  const [want, have] = [new Set(wanted.things), new Set(found.things)];

  return [
    ...[...want].filter((each) => !have.has(each)).map((each) => `${thing(each)} is not in it`),
    ...[...have].filter((each) => !want.has(each)).map((each) => `${thing(each)} was not there`),
  ];
};

/** What is otherwise in a restored database than it was in the one that was backed up, each a part of a sentence. */
export const differences = (wanted: Contents, found: Contents): string[] => [
  ...ofTables(wanted, found),
  ...ofSequences(wanted, found),
  ...ofThings(wanted, found),
];

/** Demands that what was restored is what was backed up. @throws Failed if there is a difference, with the first */
export const demandSame = (wanted: Contents, found: Contents): void => {
  const [first, ...others] = differences(wanted, found);
  const more = others.length === 0 ? '' : `, and ${others.length} more difference${others.length === 1 ? '' : 's'}`;
  if (first !== undefined) throw new Failed('different', `${first}${more}`);
};
