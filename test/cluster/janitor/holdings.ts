import type { Client } from 'pg';

/** What a session is doing, or holds, while its login ends. */
export interface Holding {
  name: string;
  /** Whether it takes all of a processor. */
  isBusy?: true;
  /** Whether it is a thing that belongs to its role, which then cannot be dropped. */
  keepsRole?: true;
  /** Begins it; `index` is another number in every case. */
  take: (client: Client, index: number) => Promise<unknown>;
}

/** A statement that does not come to an end by itself. */
const underWay = async (client: Client, text: string): Promise<void> => {
  // Its end is that of the session.
  client.query(text).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 50));
};

export const holdings: Holding[] = [
  { name: 'nothing', take: async (client) => client.query('SELECT 1') },
  {
    name: 'a transaction with locks',
    take: async (client) => client.query('BEGIN; LOCK TABLE app.parcel IN ROW SHARE MODE; SELECT 1 FROM app.parcel'),
  },
  {
    name: 'a transaction that failed',
    take: async (client) => client.query('BEGIN; SELECT 1 / 0').catch(() => undefined),
  },
  { name: 'a query that waits', take: (client) => underWay(client, 'SELECT pg_catalog.pg_sleep(600)') },
  {
    name: 'a query that computes',
    isBusy: true,
    take: (client) =>
      underWay(client, 'SELECT count(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b'),
  },
  {
    name: 'a lock that it waits for',
    take: async (client, index) => {
      await client.query(`SELECT pg_catalog.pg_advisory_lock(${index})`);
      await underWay(client, 'SELECT pg_catalog.pg_advisory_lock(0)');
    },
  },
  { name: 'a channel', take: async (client) => client.query('LISTEN parcels') },
  {
    name: 'a cursor',
    take: async (client) =>
      client.query('BEGIN; DECLARE c CURSOR WITH HOLD FOR SELECT 1 FROM app.parcel; FETCH 5 FROM c'),
  },
  {
    name: 'a prepared transaction',
    take: async (client, index) => client.query(`BEGIN; SELECT 1; PREPARE TRANSACTION 'of ${index}'`),
  },
  {
    name: 'a temporary table',
    keepsRole: true,
    take: async (client) => client.query('CREATE TEMPORARY TABLE mine (id int)'),
  },
  {
    name: 'another role',
    take: async (client) => {
      const { rows } = await client.query(
        `SELECT rolname FROM pg_roles WHERE pg_has_role(session_user, oid, 'SET') AND NOT rolcanlogin LIMIT 1`,
      );
      if (rows[0]) await client.query(`SET ROLE ${rows[0].rolname}`);
    },
  },
];
