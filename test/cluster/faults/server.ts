import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { eventually } from '../support/eventually.ts';
import { frontier } from './registered.ts';
import { asSuperuser, delivered, type Fault, kill, noticed, type Scene } from './scene.ts';

/** SQLSTATE too_many_connections: there is none left for this user. */
const tooManyConnections = '53300';

const administrator = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'spike-admin', namespace: 'squadkit-system' },
};

/** The zone's Secret with other values for some of its keys. */
const registerAdministrator = ({ controlPlane: { hub } }: Scene, stringData: Record<string, string>) =>
  hub.patch(administrator, { stringData });

/** The database server goes and comes back at once. */
export const postgresRestarted: Fault = {
  name: 'at work: PostgreSQL killed and restarted',
  strike: (scene) => kill(scene, 'postgres'),
};

/** The database server is away until everybody knows, and some more. */
export const postgresAway = (minutes: number): Fault => ({
  name: `at work: PostgreSQL down until it is noticed, and ${minutes} min more`,
  strike: async (scene) => {
    await kill(scene, 'postgres');
    await noticed(scene);
    await sleep(minutes * 60_000);
  },
});

/** Somebody takes every connection that is not the superuser's, and each that becomes free, until it is noticed. */
export const outOfConnections = (): Fault => {
  const clients: Client[] = [];

  return {
    name: 'at work: PostgreSQL out of connections until it is noticed',
    strike: async (scene) => {
      let isNoticed = false;
      const noticing = noticed(scene).finally(() => {
        isNoticed = true;
      });
      while (!isNoticed) await takeConnections(scene, clients);
      await noticing;
    },
    mend: async () => {
      await Promise.all(clients.map((client) => client.end()));
    },
  };
};

/** Takes what an ordinary user gets: the last few are for superusers, and so for whoever looks at what happens. */
const takeConnections = async ({ controlPlane: { postgres } }: Scene, taken: Client[]): Promise<void> => {
  const { user, password } = postgres.admin;
  try {
    for (;;) taken.push(await postgres.connect({ user, password }));
  } catch (error) {
    if ((error as { code?: string }).code !== tooManyConnections) throw error;
    await sleep(100);
  }
};

/** The server became a replica, or was set to read only. It is asked to create something, as it would not notice else. */
export const readOnly: Fault = {
  name: 'creation: PostgreSQL read-only until it is noticed',
  brace: (scene) => setReadOnly(scene, 'on'),
  strike: (scene) => noticed(scene),
  mend: (scene) => setReadOnly(scene, 'off'),
};

const setReadOnly = async (scene: Scene, value: 'on' | 'off') => {
  const client = await scene.controlPlane.postgres.connect({ options: '-c default_transaction_read_only=off' });
  await client.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
  await client.query('SELECT pg_reload_conf()');
  await client.end();
  await eventually('the server has read its settings', async () => {
    const [row] = await asSuperuser<{ value: string }>(
      scene,
      `SELECT reset_val AS value FROM pg_settings WHERE name = 'default_transaction_read_only'`,
    );
    return row?.value === value;
  });
};

/** The administrator's password is changed on the server, and registered after everybody has noticed. */
export const administratorRotated = (): Fault => {
  const password = `rotated${Date.now()}`;

  return {
    name: "at work: administrator's password rotated, registered after it is noticed",
    strike: async (scene) => {
      await asSuperuser(scene, `ALTER ROLE squadkit_admin PASSWORD '${password}'`);
      await noticed(scene);
    },
    mend: async (scene) => {
      await registerAdministrator(scene, { password });
    },
  };
};

/**
 * The server is away and comes back at another address: here by a door of its own in front of the same server. The
 * platform registers the new one, in the Secret for the administrator and in the Zone for services.
 */
export const failedOver = (): Fault => {
  const door = createServer();
  const ports = { old: 0, new: 0 };

  return {
    name: 'at work: PostgreSQL down until it is noticed, and back at another port',
    strike: async (scene) => {
      await kill(scene, 'postgres');
      await noticed(scene);
    },
    mend: async (scene) => {
      ports.old = scene.controlPlane.ports.postgres;
      await scene.controlPlane.start('postgres');
      door.on('connection', (client) => {
        const server = connect(ports.old, '127.0.0.1');
        client.on('error', () => server.destroy()).pipe(server);
        server.on('error', () => client.destroy()).pipe(client);
      });
      await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
      ports.new = (door.address() as AddressInfo).port;
      await registerAdministrator(scene, { port: `${ports.new}` });
      await scene.controlPlane.hub.apply(frontier(scene, { host: 'localhost', port: ports.new }));
    },
    isHealed: async (scene) => (await delivered(scene)).port === `${ports.new}`,
    changes: (line) => line.replaceAll(`"port":${ports.old}`, `"port":${ports.new}`),
    restore: async (scene) => {
      await registerAdministrator(scene, { port: `${ports.old}` });
      await scene.controlPlane.hub.apply(frontier(scene));
      door.close();
    },
  };
};
