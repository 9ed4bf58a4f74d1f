import { condition } from '../../control-plane/objects.ts';
import type { Scene } from './scene.ts';

/**
 * What the platform does when a Service says that a name is taken: it types what is said there, for each thing. Of a
 * creation that broke off nobody knows whose the thing is, and so somebody has to say it.
 *
 * @returns the things that were handed over
 */
export const handOver = async ({ controlPlane, service }: Scene): Promise<string[]> => {
  const accepted = condition(await controlPlane.hub.get(service).catch(() => undefined), 'Accepted');
  if (accepted?.reason !== 'NameTaken') return [];

  const message = accepted.message ?? '';
  const roles = [...message.matchAll(/ALTER ROLE (\w+) RENAME TO \w+/g)];
  const databases = [
    ...message.matchAll(/saying in it as a superuser (ALTER DATABASE "?([\w-]+).*?pg_backend_pid\(\))/g),
  ];
  const superuser = await controlPlane.postgres.connect();
  for (const [statement] of roles) await superuser.query(statement);
  for (const [, statements, database] of databases) {
    const inside = await controlPlane.postgres.connect({ database: database as string });
    await inside.query(statements as string);
    await inside.end();
  }
  await superuser.end();

  return [...roles.map(([, role]) => role), ...databases.map(([, , database]) => database)].map(String);
};
