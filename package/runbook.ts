import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { providers } from '../functions/providers/index.ts';
import { cell } from './reference.ts';

/** The alternatives of an expression, as people would search for them in a log: what stands in brackets stays together. */
const alternatives = (match: RegExp): string => {
  const found = [''];
  let depth = 0;
  for (const letter of match.source.replaceAll('\\/', '/')) {
    if (letter === '(') depth += 1;
    if (letter === ')') depth -= 1;
    if (letter === '|' && depth === 0) found.push('');
    else found[found.length - 1] += letter;
  }

  return found.map((text) => `\`${cell(text)}\``).join(', ');
};

/** You see this, do that: what Squadkit says of a managed resource that fails, by whose move it is. */
export const runbook = (): string =>
  [
    '| ACTION BY | the message says, after what it is about | because the provider reported | provider |',
    '|---|---|---|---|',
    ...(['SRE', 'Platform', 'Squad', 'Nobody'] as const).flatMap((actor) =>
      providers.flatMap(({ name, knownErrors }) =>
        knownErrors
          .filter((known) => known.actor === actor)
          .map(({ match, next }) => `| ${actor} | ${cell(next)} | ${alternatives(match)} | ${name} |`),
      ),
    ),
  ].join('\n');

interface Measured {
  measured: string;
  on: string;
  faults: { fault: string; seconds: number; runs: number; said: string }[];
}

/** How long each fault took to heal when it was last measured, from test/cluster/faults/measured.json. */
export const faultTable = (): string => {
  const file = join(import.meta.dirname, '../test/cluster/faults/measured.json');
  const { measured, on, faults } = JSON.parse(readFileSync(file, 'utf8')) as Measured;

  return [
    `Medians, measured on ${measured}, on ${on}:`,
    '',
    '| fault | healed after | runs | what the squad is told meanwhile |',
    '|---|---|---|---|',
    ...faults.map(
      ({ fault, seconds, runs, said }) => `| ${cell(fault)} | ${seconds.toFixed(1)} s | ${runs} | ${cell(said)} |`,
    ),
  ].join('\n');
};
