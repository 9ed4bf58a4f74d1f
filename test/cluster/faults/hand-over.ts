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
    ...message.matchAll(
      /saying in it as a superuser (SET search_path[^;]*; ALTER DATABASE "?([\w-]+).*?pg_backend_pid\(\))/g,
    ),
  ];
  const typed = async (statements: string, database?: string): Promise<void> => {
    const client = await controlPlane.postgres.connect(database === undefined ? {} : { database });
    await client.query(statements).finally(() => client.end());
  };
  // Rename it or drop it, is said, until the provider looks again. What broke off has no mark, though perhaps other settings, so it
  // goes; what was made in its place has one.
  const isUnmarked =
    "NOT EXISTS (SELECT FROM unnest(rolconfig) setting WHERE setting ~ '^(squadkit[.]mark|application_name)=squadkit_')";
  for (const [, role] of roles)
    await typed(`DO $$BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}' AND ${isUnmarked})
      THEN DROP ROLE ${role}; END IF; END$$`);
  for (const [, statements, database] of databases) await typed(statements as string, database);

  return [...roles.map(([, role]) => role), ...databases.map(([, , database]) => database)].map(String);
};
