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
  const [mark] = message.match(/squadkit_[0-9a-f]{24}/) ?? [];
  if (mark === undefined) return [];
  const roles = [...message.matchAll(/role (\w+)/g)].map(([, name]) => name ?? '');
  const databases = [...message.matchAll(/database (\w+) is taken|database (\w+)(?=[,.])/g)].map(
    ([, first, other]) => first ?? other ?? '',
  );
  const superuser = await controlPlane.postgres.connect();
  for (const role of roles) await superuser.query(`ALTER ROLE ${role} SET squadkit.mark = '${mark}'`);
  for (const database of databases) {
    await superuser.query(`ALTER DATABASE ${database} OWNER TO squadkit_admin`);
    const inside = await controlPlane.postgres.connect({ database });
    await inside.query(`CREATE SCHEMA IF NOT EXISTS ${mark} AUTHORIZATION squadkit_admin`);
    await inside.end();
  }
  await superuser.end();

  return [...roles, ...databases];
};
