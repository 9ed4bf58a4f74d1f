import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cell } from './reference.ts';

interface Said {
  refusals: { reason: string; actor: string; kind: string; what: string; next: string }[];
  conditions: { kind: string; when: string; type: string; status: string; reason: string; message: string }[];
}

const said = (): Said => JSON.parse(readFileSync(join(import.meta.dirname, '../test/recorded/said.json'), 'utf8'));

/** Every refusal as the function says it in a state that leads there: what is so, and what is to be typed, by whom. */
export const refusalsSaid = (): string =>
  [
    '| reason | of a | what is so, for example | ACTION BY | what to do |',
    '|---|---|---|---|---|',
    ...said().refusals.map(
      ({ reason, kind, what, actor, next }) => `| ${reason} | ${kind} | ${cell(what)} | ${actor} | ${cell(next)} |`,
    ),
  ].join('\n');

/** Everything that a condition says besides, with an example. */
export const conditionsSaid = (): string =>
  [
    '| condition | of a | when | status | reason | for example |',
    '|---|---|---|---|---|---|',
    ...said().conditions.map(
      ({ type, kind, when, status, reason, message }) =>
        `| ${type} | ${kind} | ${cell(when)} | ${status} | ${reason} | ${cell(message)} |`,
    ),
  ].join('\n');
