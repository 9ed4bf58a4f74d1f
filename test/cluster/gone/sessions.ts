import type { Client } from 'pg';
import { postgresNames } from '../../../functions/providers/postgres/names.ts';
import type { ControlPlane, PostgresServer } from '../../control-plane/control-plane.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { makeReady, textOf } from '../support/platform.ts';
import { type Login, logins } from './cases.ts';

const attempts = [
  ...['EXECUTE peek', 'SELECT * FROM app.parcel', 'INSERT INTO app.parcel VALUES (2)'],
  ...['CREATE TABLE app.late (id int)', 'DROP TABLE app.parcel', 'GRANT ALL ON app.parcel TO PUBLIC'],
];

/** What a session can still do of all that it may not. */
export const stillDone = async (session: Client): Promise<string[]> => {
  const done: string[] = [];
  for (const attempt of attempts) {
    await session.query('ROLLBACK').catch(() => undefined);
    await session.query(attempt).then(
      () => done.push(attempt),
      () => undefined,
    );
  }

  return done;
};

/** Whether a session may read no row. */
export const isLocked = async (session: Client): Promise<boolean> =>
  session.query('SELECT 1 FROM app.parcel').then(
    () => false,
    () => true,
  );

/** Whether none of these may. */
export const areLocked = async (open: Record<string, Client>): Promise<boolean> =>
  (await Promise.all(Object.values(open).map(isLocked))).every((locked) => locked);

/** Names of what a Service has on the server. */
export const namesFor = ({ metadata }: KubernetesObject) => postgresNames(metadata.namespace ?? '', metadata.name);

/** Sessions in the databases of Services with readers, by the passwords that the hub has. */
export class Sessions {
  readonly #controlPlane: ControlPlane;
  readonly #open: Client[] = [];

  constructor(controlPlane: ControlPlane) {
    this.#controlPlane = controlPlane;
  }

  async passwordOf({ metadata }: KubernetesObject, login: Login, zone = 'frontier'): Promise<string> {
    const name = `${metadata.name}.${zone}.spike.${login}`;
    const reference = { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: metadata.namespace ?? '' } };

    return textOf(await this.#controlPlane.hub.get(reference)).password ?? '';
  }

  async passwordsOf(service: KubernetesObject, zone = 'frontier'): Promise<string[]> {
    return Promise.all(logins.map((login) => this.passwordOf(service, login, zone)));
  }

  async enter(
    service: KubernetesObject,
    login: Login,
    password: string,
    server: PostgresServer = this.#controlPlane.postgres,
  ): Promise<Client> {
    const { database, [login]: user } = namesFor(service);
    const session = await server.connect({ database, user, password });
    this.#open.push(session);

    return session;
  }

  /** A session of the server's superuser in the database of a Service, as a DBA has one. */
  async enterAsSuperuser(service: KubernetesObject): Promise<Client> {
    const session = await this.#controlPlane.postgres.connect({ database: namesFor(service).database });
    this.#open.push(session);

    return session;
  }

  /** A session of each login, with a statement prepared; each acts as the role that holds its rights. */
  async enterAll(
    service: KubernetesObject,
    zone = 'frontier',
    server = this.#controlPlane.postgres,
  ): Promise<Record<Login, Client>> {
    const enter = async (login: Login) =>
      this.enter(service, login, await this.passwordOf(service, login, zone), server);
    const { writer, reader } = namesFor(service);
    const migrator = await enter('migrator');
    await migrator.query('CREATE TABLE IF NOT EXISTS app.parcel (id int)');
    await migrator.query('INSERT INTO app.parcel VALUES (1)');
    const app = await enter('app');
    await app.query(`SET ROLE ${writer}`);
    const readonly = await enter('readonly');
    await readonly.query(`SET ROLE ${reader}`);
    // Whoever may only read need not stay so: it is a setting of the session.
    await readonly.query('SET default_transaction_read_only = off');
    for (const session of [app, migrator, readonly]) {
      await session.query('PREPARE peek AS SELECT count(*) FROM app.parcel');
      await session.query('EXECUTE peek');
    }

    return { app, migrator, readonly };
  }

  /** Which of these logins get in with one of these passwords. */
  async whoGetsIn(service: KubernetesObject, passwords: string[], who: readonly Login[] = logins): Promise<Login[]> {
    const found = await Promise.all(
      who.map(async (login) => {
        const tried = await Promise.allSettled(passwords.map((password) => this.enter(service, login, password)));
        return tried.some(({ status }) => status === 'fulfilled') ? [login] : [];
      }),
    );

    return found.flat();
  }

  /** Throws if one of these logins gets in with one of these passwords. */
  async mustNotGetIn(service: KubernetesObject, passwords: string[]): Promise<void> {
    const found = await this.whoGetsIn(service, passwords);
    if (found.length > 0) throw new Error(`${found.join(', ')} get in with an old password`);
  }

  /** Makes the Service Ready as it was: with its rows, its owner of tables, and none of the passwords of before. */
  async mustBeBack(service: KubernetesObject, before: string[]): Promise<void> {
    await makeReady(this.#controlPlane, service, 240);
    for (const login of logins) {
      const password = await this.passwordOf(service, login);
      if (before.includes(password)) throw new Error(`${login} has the password of before`);
      const session = await this.enter(service, login, password);
      const { rows } = await session.query('SELECT count(*)::int AS count FROM parcel');
      if (rows[0].count === 0) throw new Error(`${login} finds no row`);
      if (login !== 'readonly') await session.query('INSERT INTO parcel VALUES (3)');
      if (login === 'migrator') await session.query(`CREATE TABLE later_${Date.now()} (id int)`);
      await session.end();
    }
    await this.mustNotGetIn(service, before);
    const { database, owner } = namesFor(service);
    const superuser = await this.#controlPlane.postgres.connect({ database });
    const { rows } = await superuser.query(`SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'app'`);
    await superuser.end();
    const owners = rows.map(({ tableowner }) => tableowner).join(', ');
    if (owners !== owner) throw new Error(`tables belong to ${owners}`);
  }

  async end(): Promise<void> {
    for (const session of this.#open) await session.end().catch(() => undefined);
  }
}
