import * as z from 'zod/mini';
import type { KubernetesObject } from '../objects/resource.ts';

/** Where the janitor runs on the hub, with the Secrets of its logins. */
export const janitorNamespace = 'squadkit-janitor';

/**
 * Where the janitor says what it did, a key for each server: `frontier.spike`. All that anybody decides by it is how long
 * an old login works on, and that only between two bounds that it does not know.
 */
export const janitorReport = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name: 'squadkit-sessions',
  namespace: janitorNamespace,
};

/** For how long what the janitor said is what it does, in milliseconds: it says so every minute. */
export const freshMilliseconds = 150_000;

const said = z.object({
  lookedAt: z.optional(z.string()),
  problem: z.optional(z.string()),
  tooMany: z.array(z.string()),
  sessions: z.int(),
  ended: z.int(),
  staying: z.int(),
  prepared: z.int(),
  generations: z.record(z.string(), z.int()),
});

/** What the janitor says of one server. */
export type SaidOfServer = z.infer<typeof said>;

/**
 * What the janitor says of a server; undefined if it says nothing, or something else.
 *
 * @param report the ConfigMap of that name
 * @param server as `frontier.spike`
 */
export const saidOf = (report: KubernetesObject, server: string): SaidOfServer | undefined => {
  const text = (report.data as Record<string, unknown> | undefined)?.[server];
  if (typeof text !== 'string') return undefined;
  try {
    return said.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

/** Why nobody may rely on sessions being ended on a server, in words; nothing if somebody may. `now` is when. */
export const doubtsOf = (seen: SaidOfServer | undefined, now: Date): string[] => {
  if (seen === undefined) return ['the janitor says nothing of it'];
  const { lookedAt, problem, tooMany, staying, prepared } = seen;
  const looked = lookedAt === undefined ? Number.NaN : Date.parse(lookedAt);

  return [
    ...(problem === undefined ? [] : [problem]),
    ...(problem === undefined && !(Math.abs(now.getTime() - looked) <= freshMilliseconds)
      ? [`the janitor has not looked there since ${Number.isNaN(looked) ? 'ever' : lookedAt}`]
      : []),
    ...(tooMany.length === 0 ? [] : [`the janitor's login has rights that it needs not: ${tooMany.join(', ')}`]),
    ...(staying === 0 ? [] : [`${staying} sessions were told to end and did not`]),
    ...(prepared === 0
      ? []
      : [`${prepared} prepared transactions of roles that are gone keep their locks: a superuser rolls them back`]),
  ];
};
