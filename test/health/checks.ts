import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Health, State } from './states.ts';

const install = join(import.meta.dirname, '../../package/install/gitops');
const contentOf = (file: string): string => readFileSync(join(install, file), 'utf8');

/** The checks of package/install/gitops, as the program takes them. */
export const checks = () => ({
  flux: parse(contentOf('flux-health-checks.yaml'), { merge: true }).healthCheckExprs as object[],
  argo: parse(contentOf('argocd-health.yaml')).data as Record<string, string>,
});

/** What an engine says of an object. */
export interface Said {
  status: string;
  message: string;
}

/** What all of them say. */
export type Answer = Record<'kstatus' | 'fluxKstatus' | 'flux' | 'argo', Said>;

/** What each engine has to say of a state. */
const right: Record<Health, Record<keyof Answer, string>> = {
  'in progress': { kstatus: 'InProgress', fluxKstatus: 'InProgress', flux: 'InProgress', argo: 'Progressing' },
  current: { kstatus: 'Current', fluxKstatus: 'Current', flux: 'Current', argo: 'Healthy' },
  failed: { kstatus: 'Failed', fluxKstatus: 'Failed', flux: 'Failed', argo: 'Degraded' },
  terminating: { kstatus: 'Terminating', fluxKstatus: 'Terminating', flux: 'InProgress', argo: 'Progressing' },
};

/** What is known to be otherwise: before the first round an object has no status, and kstatus knows nothing else. */
const isExcused = ({ object }: State, engine: string): boolean =>
  object.status === undefined && /kstatus/i.test(engine);

/** Where engines say something else than the state is. */
export const wrongIn = (state: State, answer: Answer): string[] =>
  (Object.keys(answer) as (keyof Answer)[]).flatMap((engine) => {
    const wanted = right[state.health][engine];
    const { status, message } = answer[engine];
    return status === wanted || isExcused(state, engine)
      ? []
      : [`${engine} says ${status} of ${state.name}, which is ${wanted}: ${message}`];
  });

/** A few letters that are the same for the same object and the same checks: whether an answer is still about them. */
export const hashOf = (state: State): string =>
  createHash('sha256')
    .update(JSON.stringify([state.object, checks()]))
    .digest('hex')
    .slice(0, 12);

/** A line of the recorded table. */
export const lineOf = (state: State, { kstatus, fluxKstatus, flux, argo }: Answer): string =>
  `${hashOf(state)} ${[kstatus, fluxKstatus, flux, argo].map(({ status }) => status).join(' ')} | ${state.name}`;

/** What a line of the recorded table says. */
export const answerIn = (line: string): { hash: string; name: string; answer: Answer } => {
  const [said = '', name = ''] = line.split(' | ');
  const [hash = '', kstatus = '', fluxKstatus = '', flux = '', argo = ''] = said.split(' ');
  const of = (status: string): Said => ({ status, message: 'as recorded' });

  return { hash, name, answer: { kstatus: of(kstatus), fluxKstatus: of(fluxKstatus), flux: of(flux), argo: of(argo) } };
};

/** Where the table is kept. */
export const tableFile = join(import.meta.dirname, '../recorded/health/verdicts.txt');
