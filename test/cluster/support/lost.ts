import { stringify } from 'yaml';
import type { ControlPlane, ZoneServers } from '../../control-plane/control-plane.ts';
import { readExamples, withLiveValues } from '../../control-plane/examples.ts';
import type { Cluster } from '../../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { blocksOf } from '../../install/page.ts';
import { recipient } from '../../support/backups.ts';
import { letBackupsBeMade } from './backups.ts';
import { squadOf } from './git-squad.ts';
import { sessionOf, textOf } from './platform.ts';

const blocks = blocksOf('package/install/README.md', '## The hub is lost', '## What holds for every squad');

/** The commands of one step of the page, of one language. */
export const commandsOf = (heading: string, language: string): string => {
  const found = blocks.filter((block) => block.heading === heading && block.language === language);
  if (found.length === 0) throw new Error(`the page has no ${language} under "${heading}"`);

  return found.map(({ text }) => text).join('\n');
};

/** A Secret of a cluster, as text; nothing where there is none. */
export const secretOf = async (cluster: Cluster, namespace: string, name: string): Promise<Record<string, string>> =>
  textOf(await cluster.get({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } }));

/** What must be the same things afterwards, by their numbers: databases and roles that nobody logs in with, and a stranger. */
export const thingsOf = async ({ postgres }: ZoneServers) => {
  const superuser = await postgres.connect();
  const { rows: databases } = await superuser.query(
    `SELECT oid, datname AS name, datdba::regrole::text AS owner FROM pg_database
     WHERE datname <> 'galaxy_late' ORDER BY datname`,
  );
  const { rows: roles } = await superuser.query(
    `SELECT oid, rolname AS name FROM pg_roles WHERE NOT rolcanlogin AND rolname !~ '^(pg_|galaxy_late_)'
     ORDER BY rolname`,
  );
  const { rows: strangers } = await superuser.query(`SELECT * FROM pg_authid WHERE rolname = 'galaxy_late_app'`);
  await superuser.end();

  return { databases, roles, strangers };
};

/** Each namespace, when it was made, and whether it is in deletion. */
export const namespacesOf = async ({ aqua }: ZoneServers) =>
  (await aqua.list('v1', 'Namespace')).map(({ metadata }) => [metadata.name, metadata.uid, metadata.deletionTimestamp]);

/** Where Zone meadow lies in Git. */
export const meadowFile = 'platform/zones/meadow.yaml';

/** Zone meadow as a file of Git, whose server exchanges logins and backs up. */
export const meadowWith = (controlPlane: ControlPlane, credentials: object): string => {
  const zone = readExamples('platform/zones').find(({ metadata }) => metadata.name === 'meadow') as KubernetesObject;
  const live = withLiveValues(zone, controlPlane);
  const store = { endpoint: 'https://s3.example.org', region: 'eu-west-1', bucket: 'meadow-backups' };
  for (const { postgres } of (live.spec?.components ?? []) as { postgres?: object }[]) {
    Object.assign(postgres ?? {}, {
      credentials,
      backups: {
        store: { ...store, secretRef: { name: 'meadow-backups-writer' } },
        ...{ recipients: [recipient], schedule: '15 2 * * *', retentionDays: 14 },
      },
    });
  }

  return stringify(live);
};

/** What a platform with backups has on a hub besides; the administrator of meadow's server then sees all rows. */
export const prepareBackups = async ({ hub, meadow }: ControlPlane): Promise<void> => {
  const namespace = 'squadkit-backups';
  const superuser = await meadow.postgres.connect();
  await superuser.query(`ALTER ROLE ${meadow.postgres.admin.user} BYPASSRLS`);
  await superuser.end();
  await hub.apply({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'meadow-backups-writer', namespace } },
    stringData: { accessKeyId: 'writer', secretAccessKey: 'of no store' },
  });
  await letBackupsBeMade(hub);
};

/** What a Service says of the exchange of its logins, in one line: `2027-02-27T… quasar_catalog_app at the latest …`. */
export const exchangeOf = async ({ hub }: ControlPlane, service: KubernetesObject): Promise<string> => {
  const { zones = [] } = ((await hub.get(service))?.status ?? {}) as { zones?: { components: object[] }[] };
  const said = zones.flatMap(({ components }) => components) as { nextRotation?: string; endingLogins?: string[] }[];
  const { nextRotation, endingLogins = [] } = said.find((component) => component.nextRotation) ?? {};

  return `${nextRotation}: ${endingLogins.join(', ')}`;
};

/** The login by which catalog's database is backed up, from the Secret of its CronJob; others may have backups there too. */
export const backupLogin = async ({ hub }: ControlPlane): Promise<Record<string, string>> => {
  const jobs = await hub.list('batch/v1', 'CronJob', { namespace: 'squadkit-backups' });
  const job = jobs.find(({ metadata }) => metadata.name.startsWith('quasar-catalog-'));
  const {
    username = '',
    password = '',
    database = 'quasar_catalog',
  } = await secretOf(hub, 'squadkit-backups', `${job?.metadata.name}`);

  return { username, password, database };
};

/** A Squad that was, whose name the hub remembers. */
export const was = squadOf('hubwas');

/** Where it does. */
export const nameRecord = ({ metadata }: KubernetesObject): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `squad.${metadata.name}`, namespace: 'squadkit-system' },
});

/** Puts rows into the database of billing, and a stranger on its server who has the name of a login to come. */
export const fillBilling = async ({ aqua, postgres }: ControlPlane): Promise<void> => {
  const migrator = await sessionOf(postgres, await secretOf(aqua, 'galaxy-billing', 'spike.migrator'));
  await migrator.query('CREATE TABLE app.invoice (id int PRIMARY KEY, content jsonb)');
  await migrator.query(`INSERT INTO app.invoice SELECT n, '{"paid": true}' FROM generate_series(1, 1000) AS n`);
  await migrator.end();
  const superuser = await postgres.connect();
  await superuser.query(`CREATE ROLE galaxy_late_app LOGIN PASSWORD 'a stranger has it'`);
  await superuser.end();
};
