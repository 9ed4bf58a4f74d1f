import { ApiError } from '../../control-plane/api-error.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { Attempt } from './attempts.ts';

/** An attempt with the answer of the API server. */
export interface Tried {
  attempt: Attempt;
  /** HTTP status; 0 if the connection broke. */
  status: number;
  message: string;
}

const send = async (cluster: Cluster, attempt: Attempt, dryRun: boolean): Promise<Tried> => {
  const { method, path, body, contentType } = attempt;
  const option = dryRun && method !== 'GET' ? `${path.includes('?') ? '&' : '?'}dryRun=All` : '';
  try {
    await cluster.request(method, `${path}${option}`, body, contentType ?? 'application/json');

    return { attempt, status: 200, message: '' };
  } catch (error) {
    return { attempt, status: error instanceof ApiError ? error.status : 0, message: (error as Error).message };
  }
};

/**
 * Tries all of it, some at a time, and answers in no order. A dry run passes authorization and admission like the request
 * itself. `until` ends it early.
 */
export const sendAll = async (
  cluster: Cluster,
  attempts: Attempt[],
  { dryRun = false, until = () => false }: { dryRun?: boolean; until?: (tried: Tried) => boolean } = {},
): Promise<Tried[]> => {
  const answers: Tried[] = [];
  const queue = attempts.values();
  let isOver = false;
  const work = async () => {
    for (const attempt of queue) {
      if (isOver) return;
      const tried = await send(cluster, attempt, dryRun);
      answers.push(tried);
      isOver ||= until(tried);
    }
  };
  await Promise.all(Array.from({ length: 24 }, work));

  return answers;
};

/** How often each status was answered: `2556 × 403, 111 × 422`. */
export const counted = (answers: Tried[]): string => {
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);

  return [...counts]
    .sort(([left], [right]) => left - right)
    .map(([status, count]) => `${count} × ${status}`)
    .join(', ');
};

/** How an attempt reads: `PATCH label /api/v1/…`. */
export const read = ({ attempt: { method, change, path }, status, message }: Tried): string =>
  `${method} ${change} ${path}: ${status} ${message}`.slice(0, 300);
