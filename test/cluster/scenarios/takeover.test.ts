import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { areLocked, namesFor, Sessions } from '../gone/sessions.ts';
import { allGone, asCrossplane, newService, pause, resume } from '../gone/watched.ts';
import { eventually } from '../support/eventually.ts';
import { applyPlatform, composedOf, makeReady } from '../support/platform.ts';

let controlPlane: ControlPlane;
let sessions: Sessions;
const service = newService('inherited');
const { database, owner } = namesFor(service);

beforeAll(async () => {
  controlPlane = connectControlPlane();
  sessions = new Sessions(controlPlane);
  await applyPlatform(controlPlane);
  await makeReady(controlPlane, service, 240);
});

afterAll(async () => {
  await sessions.end();
  await controlPlane.hub.delete(service);
});

const onServer = async (sql: string): Promise<string[]> => {
  const superuser = await controlPlane.postgres.connect({ database });
  const { rows } = await superuser.query({ text: sql, rowMode: 'array' });
  await superuser.end();

  return rows.map((row: unknown[]) => row.join(' '));
};

const ownerOfSchema = async (): Promise<string | undefined> =>
  (await onServer(`SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'app'`))[0];

/** What would have another identity if it had been made anew, and who may do what with tables. */
const identities = async (): Promise<string[]> => [
  ...(await onServer(`SELECT oid, datname FROM pg_database WHERE datname = '${database}'`)),
  ...(await onServer(`SELECT oid, rolname FROM pg_roles WHERE rolname LIKE '${database}\\_%' ORDER BY 2`)),
  ...(await onServer(
    `SELECT rolname, md5(rolpassword) FROM pg_authid WHERE rolname LIKE '${database}\\_%' ORDER BY 1`,
  )),
  ...(await onServer(
    `SELECT oid, relname, relowner::regrole, relacl FROM pg_class WHERE relnamespace = 'app'::regnamespace ORDER BY 2`,
  )),
];

/** Makes of it what version 0.1.0 had made: the schema is the owner role's, which needs no grant, and logins are dropped. */
const goBack = async (): Promise<void> => {
  const managed = await composedOf(controlPlane, service);
  const find = (kind: string, local: string): KubernetesObject => {
    const name = `${service.metadata.name}.frontier.spike.${local}`;
    const found = managed.find((object) => object.kind === kind && object.metadata.name === name);
    if (found === undefined) throw new Error(`there is no ${kind} ${name}`);

    return found;
  };
  // While it is paused no round is under way: one that waited for the function would answer to what was there before.
  await pause(controlPlane, service, 'true');
  await controlPlane.hub.waitFor(service, (found) => condition(found, 'Synced')?.reason === 'ReconcilePaused', {
    what: 'paused',
  });
  const usage = find('Grant', 'owner-usage');
  await asCrossplane(controlPlane).delete(usage);
  await controlPlane.hub.waitFor(usage, (found) => found === undefined, { what: 'gone' });
  await asCrossplane(controlPlane).patch(find('Schema', 'schema'), { spec: { forProvider: { role: owner } } });
  for (const local of ['writer-usage', 'reader-usage'])
    await asCrossplane(controlPlane).patch(find('Grant', local), {
      spec: { managementPolicies: ['Observe', 'Create', 'Update'] },
    });
  for (const login of ['app', 'migrator', 'readonly'])
    await asCrossplane(controlPlane).patch(find('Role', login), { spec: { managementPolicies: ['*'] } });
  await eventually('the schema is the owner role’s', async () => (await ownerOfSchema()) === owner);
};

/** An app that writes rows which refer to others: PostgreSQL checks that in the name of a table's owner. */
const startWorkload = async () => {
  const app = await sessions.enter(service, 'app', await sessions.passwordOf(service, 'app'));
  const problems: string[] = [];
  let isDone = false;
  let written = 0;
  const working = (async () => {
    while (!isDone) {
      await app.query('INSERT INTO app.child VALUES (1)').then(
        () => {
          written += 1;
        },
        (error) => problems.push((error as Error).message),
      );
      await sleep(20);
    }
  })();

  return {
    stop: async () => {
      isDone = true;
      await working;

      return { problems, written };
    },
  };
};

// Guard rail: postgres-access-ends
test('a schema that version 0.1.0 gave to the owner role is handed over, and nothing is lost meanwhile', async () => {
  const open = await sessions.enterAll(service);
  await open.migrator.query('DROP TABLE IF EXISTS app.child, app.parent, app.after');
  await open.migrator.query('CREATE TABLE app.parent (id int PRIMARY KEY)');
  await open.migrator.query('CREATE TABLE app.child (parent int REFERENCES app.parent)');
  await open.migrator.query('INSERT INTO app.parent VALUES (1)');
  await goBack();
  const before = await identities();
  const workload = await startWorkload();

  const started = Date.now();
  await resume(controlPlane, service);
  await eventually('the schema is the administrator’s', async () => (await ownerOfSchema()) === 'squadkit_admin');
  await eventually('the owner role may create', async () => {
    const [may] = await onServer(`SELECT has_schema_privilege('${owner}', 'app', 'CREATE')`);
    return may === 'true';
  });
  const seconds = (Date.now() - started) / 1000;
  await controlPlane.hub.waitFor(service, (found) => isTrue(found, 'Ready') && isTrue(found, 'Synced'), {
    what: 'Ready',
  });
  const { problems, written } = await workload.stop();
  console.log(`handed over in ${seconds.toFixed(1)} s, ${written} rows meanwhile, ${problems.length} refused`);

  expect(problems).toEqual([]);
  expect(written).toBeGreaterThan(10);
  expect(await identities()).toEqual(before);
  await open.migrator.query('CREATE TABLE app.after (id int)');

  await controlPlane.hub.delete(service);
  await eventually('all are locked out', () => areLocked(open), { seconds: 60 });
  await allGone(controlPlane, service);
});
