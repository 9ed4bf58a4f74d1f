import type { KubernetesObject, Observed } from '../../../functions/objects/resource.ts';
import { knownErrors } from '../../../functions/providers/postgres/errors.ts';
import { databaseClaim } from '../../../functions/providers/postgres/ownership.ts';
import { failingIn, troubles } from '../../../functions/providers/trouble.ts';
import { administrator, type Server } from './server.ts';

/** What a status says of a managed resource of a Service whose provider is told this by the server. */
export const saidOf = (
  { squad, service }: { squad: string; service: string },
  { kind, name, spec = {} }: { kind: string; name: string; spec?: object },
  error: string,
): string => {
  const object = {
    apiVersion: 'postgresql.sql.m.crossplane.io/v1alpha1',
    kind,
    metadata: {
      ...{ name: `${service}.frontier.spike.thing`, namespace: squad },
      labels: { 'squadkit.io/squad': squad, 'squadkit.io/service': service },
      annotations: { 'crossplane.io/external-name': name },
    },
    spec: { forProvider: spec },
    status: {
      conditions: [
        { type: 'Synced', status: 'False', reason: 'ReconcileError', message: `delete failed: pq: ${error}` },
      ],
    },
  } as KubernetesObject;
  const observed: Record<string, Observed> = { thing: { object, connection: {} } };
  const [said] = troubles(
    failingIn(observed, () => ({ knownErrors }), Date.now()),
    observed,
  );

  return `${said?.actor}: ${said?.next}`;
};

/** How somebody hands over a database, as the refusal of its name says. */
export const handOverOf = (
  { administrator: adminRole, mark }: { administrator: string; mark: string },
  name: string,
) => {
  const place = { component: 'spike', zone: { name: 'frontier' }, platform: { adminRole }, mark };
  type Claimed = Parameters<typeof databaseClaim>;
  const { handOver } = databaseClaim(place as Claimed[0], name, { database: 'Foreign' } as Claimed[2]);

  return handOver ?? '';
};

/** A part of what is said, which has to be in it. */
export const partOf = (said: string, pattern: RegExp): string => {
  const found = pattern.exec(said)?.[1];
  if (found === undefined) throw new Error(`nothing like ${pattern} is said: ${said}`);

  return found;
};

/** Whether the server takes a statement; else what it says. */
export const refusal = (server: Server, database: string, user: string | undefined, statement: string) =>
  server.say(database, user, statement).then(
    () => undefined,
    ({ message }: Error) => message,
  );

/** The databases in which something keeps a role, as the statement in what is said finds them. */
const keptIn = async (server: Server, said: string): Promise<string[]> => {
  const found = await server.say('postgres', administrator, partOf(said, /(SELECT coalesce.*? GROUP BY 1)/));

  return found.map((row) => `${row.coalesce}`);
};

/**
 * Types what is said of a role that cannot be dropped, in each database that the statement in it finds; what the squad kept of
 * its own is dropped as it stands there, for a squad that wants nothing of it.
 *
 * @returns the databases
 */
export const typeForRole = async (server: Server, said: string): Promise<string[]> => {
  const isLogin = said.includes('REASSIGN OWNED');
  const first = partOf(said, /[Ii]n ([a-z_0-9]+), or one that begins with/);
  const others = partOf(said, /In any other one .*?(DROP OWNED BY [a-z_0-9]+)/);
  const databases = await keptIn(server, said);
  for (const database of databases) {
    const isOwn = database === first || database.startsWith(`${first}-`);
    if (!isOwn) await server.say(database, administrator, others);
    else if (isLogin)
      await server.say(
        database,
        administrator,
        ...partOf(said, /(REASSIGN OWNED BY .*?; DROP OWNED BY [a-z_0-9]+)/).split('; '),
      );
    else await server.say('postgres', administrator, `DROP DATABASE "${database}"`);
  }

  return databases;
};
