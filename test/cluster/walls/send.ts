import { ApiError } from '../../control-plane/api-error.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { Attempt } from './attempts.ts';

/** An attempt with the answer of the API server. */
export interface Tried {
  attempt: Attempt;
  /** HTTP status; 0 if the connection broke. */
  status: number;
  message: string;
  /** Not sent: whoever may not go through a door with one thing may not with another. */
  isInferred?: boolean;
}

/** Whether the API server did what was asked. */
export const isAccepted = ({ status }: Tried): boolean => status > 0 && status < 400;

const leadsIn = ['exec', 'attach', 'portforward', 'proxy'];

/**
 * Whether an attempt got past every wall. What leads into a program has got past when the API server says what is missing
 * behind the door: no node runs these pods, and nothing answers for these Services. Nothing else of it would show.
 */
export const isThrough = (tried: Tried): boolean =>
  isAccepted(tried) || (leadsIn.includes(tried.attempt.subresource) && ![0, 403, 405].includes(tried.status));

/** Whether the API server's authorizer refused, which sees the verb, the resource and the name, and nothing of the rest. */
const lacksRight = ({ status, message }: Tried): boolean =>
  status === 403 && /cannot \w+ (resource|path) /.test(message);

const send = async (cluster: Cluster, attempt: Attempt, dryRun: boolean): Promise<Tried> => {
  const { method, path, body, contentType } = attempt;
  // What leads into a program takes no dry run: asked for one, the API server refuses before any policy.
  const isDry = dryRun && method !== 'GET' && !leadsIn.includes(attempt.subresource);
  const option = isDry ? `${path.includes('?') ? '&' : '?'}dryRun=All` : '';
  try {
    await cluster.request(method, `${path}${option}`, body, contentType ?? 'application/json');

    return { attempt, status: 200, message: '' };
  } catch (error) {
    return { attempt, status: error instanceof ApiError ? error.status : 0, message: (error as Error).message };
  }
};

/** Attempts by what the authorizer sees of them. */
const byDoor = (attempts: Attempt[]): Attempt[][] => {
  const doors = new Map<string, Attempt[]>();
  for (const attempt of attempts) {
    const door = `${attempt.method} ${attempt.path.split('?')[0]}`;
    doors.set(door, [...(doors.get(door) ?? []), attempt]);
  }

  return [...doors.values()];
};

/** Of the attempts by each door one, every time another one of what there is to try. */
export const oneByEachDoor = (attempts: Attempt[]): Attempt[] =>
  byDoor(attempts).map((door, index) => door[index % door.length] as Attempt);

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
  const queue = byDoor(attempts).values();
  let isOver = false;
  const work = async () => {
    for (const door of queue) {
      for (const [index, attempt] of door.entries()) {
        if (isOver) return;
        const tried = await send(cluster, attempt, dryRun);
        answers.push(tried);
        isOver ||= until(tried);
        if (!lacksRight(tried)) continue;
        answers.push(...door.slice(index + 1).map((other) => ({ ...tried, attempt: other, isInferred: true })));
        break;
      }
    }
  };
  await Promise.all(Array.from({ length: 24 }, work));

  return answers;
};

/** How often each status was answered, and how many requests that took: `2556 × 403, 111 × 422, by 1200 requests`. */
export const counted = (answers: Tried[]): string => {
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  const statuses = [...counts].sort(([left], [right]) => left - right).map(([status, count]) => `${count} × ${status}`);

  return [...statuses, `by ${answers.filter(({ isInferred }) => !isInferred).length} requests`].join(', ');
};

/** How an attempt reads: `PATCH label /api/v1/…`. */
export const read = ({ attempt: { method, change, path }, status, message }: Tried): string =>
  `${method} ${change} ${path}: ${status} ${message}`.slice(0, 300);
