import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { knownErrors } from '../../../functions/providers/postgres/errors.ts';
import { statementsOf } from '../../clients/statements.ts';
import type { PostgresServer } from '../../control-plane/control-plane.ts';
import { type Case, type Login, logins } from './cases.ts';
import { type Names, ownPassword } from './deeds.ts';
import { type Order, removalOf, returnOf } from './provider.ts';

/** A server, and its superuser's and administrator's ways in. */
type Server = Pick<PostgresServer, 'connect' | 'admin'>;

/** What is composed for a Service, and what it is called on the server. */
export interface Made {
  resources: KubernetesObject[];
  names: Names;
}

const passwords = { delivered: 'delivered', renewed: 'renewed' };

/** Ends a transaction that may have failed, and says whether a statement is refused, by what PostgreSQL says of it. */
const refusal = async (session: Client, sql: string): Promise<string> => {
  try {
    await session.query(sql);
    return 'done';
  } catch (error) {
    return (error as Error).message;
  }
};

const cannot =
  /permission denied|must be owner|is not permitted|terminating connection|Connection terminated|not queryable/;

/** One life of a Service on a real server, with somebody in it; says all that is not as it must be. */
export class Life {
  readonly #server: Server;
  readonly #superuser: Client;
  readonly #case: Case;
  readonly #made: Made;
  readonly #sessions: Client[] = [];
  /** The administrator in each database: provider-sql comes anew for each statement, which only takes longer. */
  readonly #administrators = new Map<string, Client>();
  /** What is wrong. */
  readonly wrong: string[] = [];
  /** Which orders had to wait for a session to end. */
  readonly waited: string[] = [];

  constructor(server: Server, superuser: Client, one: Case, made: Made) {
    this.#server = server;
    this.#superuser = superuser;
    this.#case = one;
    this.#made = made;
  }

  async run(): Promise<void> {
    const { names, resources } = this.#made;
    for (const statement of statementsOf(resources, passwords.delivered)) await this.#asAdmin(statement);
    const migrator = await this.#login('migrator', passwords.delivered);
    await migrator.query('CREATE TABLE app.parcel (id int)');
    await migrator.query('INSERT INTO app.parcel SELECT generate_series(1, 3)');
    await migrator.end();

    const { deed, when } = this.#case;
    const doer = await this.#enter();
    const bystander = await this.#enter();
    if (when === 'before') await this.#do(doer);
    const orders = removalOf(resources);
    const half = Math.ceil(orders.length / 2);
    await this.#obey(orders.slice(0, half));
    if (when === 'while') await this.#do(doer);
    await this.#obey(orders.slice(half));
    if (when === 'after') await this.#do(doer);

    for (const [who, session] of Object.entries({ doer, bystander })) await this.#mustBeLocked(who, session);
    await this.#mustNotGetIn([passwords.delivered, ownPassword]);

    await this.#obey(returnOf(resources, await this.#there(), passwords.renewed));
    await this.#mustNotGetIn([passwords.delivered, ownPassword]);
    if (deed.name !== 'what is its own dropped') await this.#mustWork(names);
  }

  async end(): Promise<void> {
    for (const session of [...this.#sessions, ...this.#administrators.values()]) {
      await session.end().catch(() => undefined);
    }
    const { database } = this.#made.names;
    await this.#superuser.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    for (const role of await this.#there()) await this.#superuser.query(`DROP ROLE ${role}`);
  }

  async #there(): Promise<string[]> {
    const { rows } = await this.#superuser.query(
      `SELECT rolname FROM pg_roles WHERE rolname LIKE '${this.#made.names.database}\\_%'`,
    );

    return rows.map(({ rolname }) => rolname);
  }

  async #asAdmin({ sql, database = 'postgres' }: { sql: string; database?: string }): Promise<void> {
    const admin =
      this.#administrators.get(database) ?? (await this.#server.connect({ ...this.#server.admin, database }));
    this.#administrators.set(database, admin);
    await admin.query(sql);
  }

  async #login(login: Login, password: string): Promise<Client> {
    const { names } = this.#made;
    const session = await this.#server.connect({ user: names[login], password, database: names.database });
    this.#sessions.push(session);

    return session;
  }

  /** A session as whoever it is, with a statement prepared. */
  async #enter(): Promise<Client> {
    const { login, role } = this.#case.who;
    const session = await this.#login(login, passwords.delivered);
    // Whoever may only read need not stay so: it is a setting of the session.
    await session.query('SET default_transaction_read_only = off');
    await session.query('PREPARE peek AS SELECT count(*) FROM app.parcel');
    if (role !== undefined) await session.query(`SET ROLE ${role === 'none' ? 'none' : this.#made.names[role]}`);
    await refusal(session, 'EXECUTE peek');

    return session;
  }

  async #do(session: Client): Promise<void> {
    const { deed, open } = this.#case;
    if (open) await session.query('BEGIN');
    for (const statement of deed.statements(this.#made.names)) {
      if (open && statement === 'BEGIN') continue;
      if (open) await session.query('SAVEPOINT before');
      const said = await refusal(session, statement);
      if (open && said !== 'done') await session.query('ROLLBACK TO SAVEPOINT before').catch(() => undefined);
    }
  }

  /** What the provider is told to do; what cannot be done must be known, and be over as the sentence about it says. */
  async #obey(orders: Order[]): Promise<void> {
    for (const order of orders) {
      const said = await this.#asAdmin(order).then(
        () => undefined,
        (error) => (error as Error).message,
      );
      if (said === undefined) continue;

      const known = knownErrors.find(({ match }) => match.test(said));
      const mayWait = this.#case.open && this.#case.deed.holds !== undefined && known?.actor === 'SRE';
      if (!mayWait) this.wrong.push(`${order.sql}: ${said}`);
      this.waited.push(order.sql);
      await this.#superuser.query(
        `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${this.#made.names.database}' AND usename IS DISTINCT FROM '${this.#server.admin.user}'`,
      );
      await this.#asAdmin(order).catch((error) =>
        this.wrong.push(`${order.sql}, once more: ${(error as Error).message}`),
      );
    }
  }

  async #mustBeLocked(who: string, session: Client): Promise<void> {
    const attempts = [
      ...['EXECUTE peek', 'SELECT * FROM app.parcel', 'INSERT INTO app.parcel VALUES (9)', 'DELETE FROM app.parcel'],
      ...['CREATE TABLE app.late (id int)', 'DROP TABLE app.parcel', 'ALTER TABLE app.parcel ADD COLUMN late int'],
      ...['CREATE SCHEMA late', 'SELECT app.peek()', 'TRUNCATE app.parcel', 'GRANT ALL ON app.parcel TO PUBLIC'],
    ];
    for (const attempt of attempts) {
      await refusal(session, 'ROLLBACK');
      const said = await refusal(session, attempt);
      if (said === 'done') this.wrong.push(`${who} after the removal: ${attempt}`);
    }
  }

  async #mustNotGetIn(tried: string[]): Promise<void> {
    for (const login of logins) {
      for (const password of tried) {
        const got = await this.#login(login, password).then(
          () => true,
          () => false,
        );
        if (got) this.wrong.push(`${login} gets in with ${password}`);
      }
    }
  }

  /** Ends a session, and waits until the server has too. */
  async #gone(session: Client): Promise<void> {
    const { rows } = await session.query('SELECT pg_backend_pid() AS pid');
    await session.end();
    while ((await this.#superuser.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [rows[0].pid])).rowCount) {
      await sleep(20);
    }
  }

  /** What the delivered Secrets are good for when the Service is back. */
  async #mustWork({ owner }: Names): Promise<void> {
    const must = async (session: Client, sql: string): Promise<unknown[]> => {
      try {
        return (await session.query({ text: sql, rowMode: 'array' })).rows as unknown[];
      } catch (error) {
        this.wrong.push(`after the return: ${sql}: ${(error as Error).message}`);
        return [];
      }
    };
    for (const login of logins) {
      const enter = () =>
        this.#login(login, passwords.renewed).catch((error) => {
          this.wrong.push(`${login} cannot get in after the return: ${(error as Error).message}`);
        });
      const { undo } = this.#case.deed;
      const before = undo && (await enter());
      // What it has set for itself counts from its next session on, and it has only so many at the same time.
      for (const statement of undo?.(this.#made.names) ?? []) if (before) await must(before, statement);
      if (before) await this.#gone(before);
      const session = await enter();
      if (session === undefined) continue;
      const [count] = await must(session, 'SELECT count(*)::int FROM parcel WHERE id < 10');
      if (`${count}` !== '3') this.wrong.push(`${login} finds ${count} rows after the return`);
      if (login !== 'readonly') await must(session, 'INSERT INTO parcel VALUES (50)');
      if (login === 'migrator') {
        await must(session, 'CREATE TABLE later (id int)');
        const [owned] = await must(session, `SELECT tableowner FROM pg_tables WHERE tablename = 'later'`);
        if (`${owned}` !== owner) this.wrong.push(`a table of the migrator belongs to ${owned} after the return`);
      }
    }
  }
}

/** Whether that is what PostgreSQL says to somebody without rights. */
export const isRefusal = (said: string): boolean => cannot.test(said);
