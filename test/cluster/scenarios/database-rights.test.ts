import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { applyPlatform, exampleService, makeReady, serviceOf, textOf } from '../support/platform.ts';

let controlPlane: ControlPlane;
/** One connection for each login: it has few. */
const clients = new Map<string, Client>();

/** Logs in with nothing but what was delivered to the namespace on aqua: meadow's for quasar's catalog. */
const login = async (namespace: string, secret: string, change: Record<string, string> = {}): Promise<Client> => {
  const key = JSON.stringify([namespace, secret, change]);
  const open = clients.get(key);
  if (open) return open;
  const { aqua } = namespace === 'quasar-catalog' ? controlPlane.meadow : controlPlane;
  const delivered = await aqua.get({ apiVersion: 'v1', kind: 'Secret', metadata: { name: secret, namespace } });
  const binding = { ...textOf(delivered), ...change };
  expect(binding.sslmode).toBe('verify-full');
  const client = new Client({
    host: binding.host as string,
    port: Number(binding.port),
    database: binding.database as string,
    user: binding.username as string,
    password: binding.password as string,
    ssl: { ca: binding['ca.crt'] as string, rejectUnauthorized: true },
  });
  await client.connect();
  clients.set(key, client);

  return client;
};

beforeAll(async () => {
  controlPlane = connectControlPlane();
  await applyPlatform(controlPlane);
  await makeReady(controlPlane, exampleService('billing'));
  await makeReady(controlPlane, serviceOf('quasar', 'neighbour', 'frontier'));
});

afterAll(async () => {
  for (const client of clients.values()) await client.end();
});

describe('the app of billing', () => {
  test('works with tables that the migrator creates, at once', async () => {
    const migrator = await login('galaxy-billing', 'spike.migrator');
    await migrator.query('CREATE TABLE IF NOT EXISTS invoice (id serial PRIMARY KEY, amount numeric NOT NULL)');

    const app = await login('galaxy-billing', 'spike');
    await app.query('INSERT INTO invoice (amount) VALUES (1), (2)');
    await app.query('UPDATE invoice SET amount = 3 WHERE amount = 2');
    await app.query('DELETE FROM invoice WHERE amount = 3');
    const { rows } = await app.query('SELECT count(*)::int AS count FROM app.invoice');
    expect(rows[0].count).toBeGreaterThan(0);
  });

  test('the tables belong to the role that stays, not to the login that goes', async () => {
    const app = await login('galaxy-billing', 'spike');
    const { rows } = await app.query(
      `SELECT tableowner FROM pg_tables WHERE schemaname = 'app' AND tablename = 'invoice'`,
    );

    expect(rows).toEqual([{ tableowner: 'galaxy_billing_owner' }]);
  });

  test.each([
    ['CREATE TABLE mine (id int)', /permission denied for schema app/],
    ['CREATE SCHEMA mine', /permission denied for database/],
    ['DROP TABLE app.invoice', /must be owner/],
    ['ALTER TABLE app.invoice ADD COLUMN mine int', /must be owner/],
    ['TRUNCATE app.invoice', /permission denied/],
    // Guard rail: postgres-extensions
    ['CREATE EXTENSION dblink', /permission denied/],
    ['CREATE ROLE mine', /permission denied/],
    ['CREATE DATABASE mine', /permission denied/],
    // Guard rail: postgres-least-privilege
    ['SET ROLE galaxy_billing_owner', /permission denied/],
    ['SET ROLE squadkit_admin', /permission denied/],
    ['SET ROLE postgres', /permission denied/],
    ['SET SESSION AUTHORIZATION postgres', /permission denied/],
    // Guard rail: postgres-least-privilege
    ['ALTER ROLE galaxy_billing_app SUPERUSER', /permission denied/],
    // Guard rail: postgres-least-privilege
    ['CREATE TABLE public.mine (id int)', /permission denied for schema public/],
    ['GRANT galaxy_billing_owner TO galaxy_billing_app', /permission denied/],
    ['ALTER DEFAULT PRIVILEGES FOR ROLE galaxy_billing_owner GRANT ALL ON TABLES TO PUBLIC', /permission denied/],
    ["COPY app.invoice TO PROGRAM 'true'", /permission denied/],
    ["SELECT pg_read_file('/etc/passwd')", /permission denied/],
    ["ALTER SYSTEM SET log_statement = 'all'", /permission denied/],
  ])('is refused %s', async (statement, message) => {
    const app = await login('galaxy-billing', 'spike');

    await expect(app.query(statement)).rejects.toThrow(message);
  });

  // Guard rail: postgres-own-database-only
  test.each(['quasar_neighbour', 'postgres', 'template1'])('cannot connect to %s', async (database) => {
    await expect(login('galaxy-billing', 'spike', { database })).rejects.toThrow(/permission denied for database/);
  });

  // Guard rail: postgres-verified-tls
  test('cannot be impersonated over a connection that is not verified', async () => {
    await expect(login('galaxy-billing', 'spike', { 'ca.crt': 'no certificate' })).rejects.toThrow();
  });

  test("takes no other server for the one of its Zone: engineering's has another authority", async () => {
    const { caPath } = controlPlane.meadow.postgres;

    await expect(login('galaxy-billing', 'spike', { 'ca.crt': readFileSync(caPath, 'utf8') })).rejects.toThrow(
      /certificate/,
    );
  });

  // Guard rail: postgres-connections
  test('has its limit of connections and of a statement', async () => {
    const app = await login('galaxy-billing', 'spike');
    const { rows } = await app.query(
      `SELECT rolconnlimit, current_setting('statement_timeout') AS timeout FROM pg_roles WHERE rolname = current_user`,
    );

    expect(rows).toEqual([{ rolconnlimit: 20, timeout: '30s' }]);
  });
});

describe('the migrator of billing', () => {
  test.each([
    ['CREATE ROLE mine', /permission denied/],
    ['CREATE DATABASE mine', /permission denied/],
    ['SET SESSION AUTHORIZATION postgres', /permission denied/],
    // Guard rail: postgres-least-privilege
    ['SET ROLE quasar_neighbour_owner', /permission denied/],
    ['ALTER ROLE galaxy_billing_owner SUPERUSER', /permission denied/],
  ])('is refused %s', async (statement, message) => {
    const migrator = await login('galaxy-billing', 'spike.migrator');

    await expect(migrator.query(statement)).rejects.toThrow(message);
  });
});

describe('a read-heavy service with JSON documents', () => {
  const catalog = exampleService('catalog');

  beforeAll(async () => {
    await makeReady(controlPlane, catalog);
    const migrator = await login('quasar-catalog', 'spike.migrator');
    await migrator.query(`
      CREATE TABLE IF NOT EXISTS product (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, document jsonb NOT NULL);
      CREATE INDEX IF NOT EXISTS product_document ON product USING gin (document jsonb_path_ops);
      CREATE INDEX IF NOT EXISTS product_title ON product USING gin ((document->>'title') gin_trgm_ops);
    `);
    const app = await login('quasar-catalog', 'spike');
    await app.query(`INSERT INTO product (document) VALUES ($1), ($2)`, [
      { title: 'Telescope', tags: ['optics', 'sky'] },
      { title: 'Teapot', tags: ['kitchen'] },
    ]);
  });

  test('the app finds documents by content and by similar words', async () => {
    const app = await login('quasar-catalog', 'spike');
    const { rows } = await app.query(`SELECT document->>'title' AS title FROM product WHERE document @> $1 LIMIT 1`, [
      { tags: ['sky'] },
    ]);
    expect(rows).toEqual([{ title: 'Telescope' }]);

    const similar = await app.query(
      `SELECT DISTINCT document->>'title' AS title FROM product WHERE (document->>'title') % 'teapo'`,
    );
    expect(similar.rows).toEqual([{ title: 'Teapot' }]);
  });

  test('the index is used', async () => {
    const app = await login('quasar-catalog', 'spike');
    await app.query('SET enable_seqscan = off');
    const { rows } = await app.query(`EXPLAIN SELECT * FROM product WHERE document @> '{"tags": ["sky"]}'`);

    expect(JSON.stringify(rows)).toContain('product_document');
  });

  // Guard rail: postgres-readers-read
  test('the reader reads and is refused to write', async () => {
    const reader = await login('quasar-catalog', 'spike.readonly');
    const { rows } = await reader.query('SELECT count(*)::int AS count FROM product');
    expect(rows[0].count).toBeGreaterThan(1);

    await expect(reader.query(`INSERT INTO product (document) VALUES ('{}')`)).rejects.toThrow(/read-only transaction/);
    await reader.query('SET default_transaction_read_only = off');
    await expect(reader.query(`INSERT INTO product (document) VALUES ('{}')`)).rejects.toThrow(/permission denied/);
  });
});
