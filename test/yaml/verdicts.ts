import { createHash } from 'node:crypto';
import type { Shape } from './shapes.ts';

interface Reading {
  objects: { apiVersion?: unknown }[];
  error?: string;
}

/** What the two tools said of a shape. */
export interface Answer {
  kubectl: Reading;
  kustomize: Reading;
}

/** Which shapes the recorded verdicts are about. */
export const recordedShapes = { seed: 20261128, count: 12_000 };

/**
 * What may be made of a shape: `refused` (kubectl refuses it), `different` (the tools read different things, or one of them
 * reads what the other refuses to begin with), or a hash of what both read for us, empty lists among it.
 */
export type Verdict = string;

const isOurs = ({ apiVersion }: { apiVersion?: unknown }): boolean =>
  /^(plan\.)?squadkit\.io\//.test(String(apiVersion));

/** Kustomize writes the time of day behind a day. No field takes a time, and in a description both are the same day. */
const withoutMidnight = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replace(/^(\d{4}-\d\d-\d\d)T00:00:00Z$/, '$1');
  if (Array.isArray(value)) return value.map(withoutMidnight);
  if (typeof value !== 'object' || value === null) return value;

  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [withoutMidnight(key), withoutMidnight(entry)]),
  );
};

/** A few letters that are the same for the same objects. */
export const hashOf = (objects: unknown[]): Verdict =>
  objects.length === 0
    ? 'nothing'
    : createHash('sha256')
        .update(JSON.stringify(withoutMidnight(objects)))
        .digest('hex')
        .slice(0, 8);

/** The verdict of what the tools said. What Kustomize refuses nobody is given by it. */
export const verdictOf = ({ kubectl, kustomize }: Answer): Verdict => {
  const built = hashOf(kustomize.objects.filter(isOurs));
  if (kubectl.error !== undefined) return built === 'nothing' ? 'refused' : 'different';
  const read = hashOf(kubectl.objects.filter(isOurs));

  return kustomize.error === undefined && built !== read ? 'different' : read;
};

/** How our reading of a shape stands to the verdict. */
export type Agreement = 'read alike' | 'refused' | 'refused, though all read it alike' | 'read otherwise';

/** Compares what we read, and whether we call it a problem, with the verdict. */
export const agreementOf = (read: { objects: unknown[]; isProblem: boolean }, verdict: Verdict): Agreement => {
  const own = hashOf(read.objects);
  if (read.isProblem) return own === verdict && own !== 'nothing' ? 'refused, though all read it alike' : 'refused';

  return own === verdict || (own === 'nothing' && verdict === 'refused') ? 'read alike' : 'read otherwise';
};

/** A verdict a line. */
export const linesOf = (verdicts: Verdict[]): string => `${verdicts.join('\n')}\n`;

/** What the program is asked, a line each. */
export const questionsOf = (shapes: Shape[]): string =>
  shapes.map(({ name, text }) => `${JSON.stringify({ name, text })}\n`).join('');
