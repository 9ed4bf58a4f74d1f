import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type ClientConfig } from 'pg';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { Cluster } from '../../control-plane/kubernetes.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { applyPlatform, makeReady, serviceOf, textOf } from '../support/platform.ts';
import { makeTargets } from './targets.ts';

/** A login as it was delivered: namespace and Secret on aqua, frontier's unless it is meadow's. */
export type Login = readonly [namespace: string, secret: string, zone?: 'meadow'];

/** The logins of galaxy/moon and those of quasar/sun on the same server, and one of quasar/sun in engineering. */
export const logins = {
  app: ['galaxy-moon', 'spike'],
  migrator: ['galaxy-moon', 'spike.migrator'],
  readonly: ['galaxy-moon', 'spike.readonly'],
  neighbour: ['quasar-sun', 'spike'],
  neighbourMigrator: ['quasar-sun', 'spike.migrator'],
  engineering: ['quasar-sun', 'spike', 'meadow'],
} as const satisfies Record<string, Login>;

/** Few, so that a flood is small. */
export const connections = 3;

/** What is attacked, and what the attackers hold. */
export interface World {
  controlPlane: ControlPlane;
  /** The deployer of galaxy/moon, with the kubeconfig from the hub and nothing else. */
  deployer: Cluster;
  deployerKubeconfig: string;
  deployerToken: string;
  /** The one connection of a login that is kept open. */
  client(login: Login): Promise<Client>;
  /** A connection of its own, with the settings changed; the caller ends it. */
  connect(login: Login, change?: ClientConfig): Promise<Client>;
  /** Statements of the superuser. */
  asSuperuser(statements: string, database?: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** Rights that no Squadkit role gives, so that only the policies are left to refuse. */
const rights = [
  { name: 'attacks:administrators', role: 'cluster-admin' },
  { name: 'attacks:editors', role: 'admin' },
];

const binding = ({ name, role }: (typeof rights)[number]): KubernetesObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name }],
});

/** In production beside galaxy/moon, and in engineering, which has servers of its own: everything has the same name there. */
const sun = serviceOf('quasar', 'sun', 'frontier', { postgres: { connections } });
sun.spec.zones.push(...serviceOf('quasar', 'sun', 'meadow', { postgres: { connections } }).spec.zones);

const services = [serviceOf('galaxy', 'moon', 'frontier', { postgres: { connections, readers: true } }), sun];

/** Two Services of two squads on one server and one cluster, with a table each, and everybody's credentials. */
export const createWorld = async (controlPlane: ControlPlane): Promise<World> => {
  const { hub, aqua, meadow, postgres } = controlPlane;
  const clusters = [hub, aqua, meadow.aqua];
  await applyPlatform(controlPlane);
  for (const right of rights) {
    for (const cluster of clusters) await cluster.apply(binding(right));
  }
  await Promise.all(services.map((service) => makeReady(controlPlane, service)));
  const removeTargets = await makeTargets(controlPlane);
  const directory = mkdtempSync(join(tmpdir(), 'squadkit-attacks-'));
  const { kubeconfig = '' } = textOf(
    await hub.get({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'moon.frontier.aqua.kubeconfig', namespace: 'galaxy' },
    }),
  );
  const deployerKubeconfig = join(directory, 'kubeconfig');
  writeFileSync(deployerKubeconfig, kubeconfig, { mode: 0o600 });
  const clients = new Map<Login, Promise<Client>>();

  const connect = async ([namespace, name, zone]: Login, change: ClientConfig = {}) => {
    const cluster = zone === 'meadow' ? meadow.aqua : aqua;
    const secret = textOf(await cluster.get({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } }));
    const client = new Client({
      host: secret.host as string,
      port: Number(secret.port),
      database: secret.database as string,
      user: secret.username as string,
      password: secret.password as string,
      ssl: { ca: secret['ca.crt'] as string },
      ...change,
    });
    // A session that somebody terminates must end the attempt, not the test run.
    client.on('error', () => undefined);
    await client.connect();
    // Every login may do that: a transaction that is read-only is a default, and no guard rail.
    await client.query('SET default_transaction_read_only = off');

    return client;
  };
  const client = (login: Login) => {
    const open = clients.get(login) ?? connect(login);
    clients.set(login, open);

    return open;
  };

  for (const login of [logins.migrator, logins.neighbourMigrator]) {
    const migrator = await client(login);
    await migrator.query('CREATE TABLE IF NOT EXISTS invoice (id int PRIMARY KEY)');
  }
  // A session that others could look at, or end.
  await (await client(logins.neighbour)).query('SELECT * FROM invoice');

  return {
    controlPlane,
    deployer: new Cluster(deployerKubeconfig),
    deployerKubeconfig,
    deployerToken: (JSON.parse(kubeconfig) as { users: [{ user: { token: string } }] }).users[0].user.token,
    client,
    connect,
    asSuperuser: async (statements, database = 'postgres') => {
      const superuser = await postgres.connect({ database });
      try {
        return (await superuser.query(statements)).rows;
      } finally {
        await superuser.end();
      }
    },
    close: async () => {
      for (const open of clients.values()) await (await open).end();
      await removeTargets();
      for (const service of services) await hub.delete(service);
      for (const right of rights) {
        for (const cluster of clusters) await cluster.delete(binding(right));
      }
      rmSync(directory, { recursive: true });
    },
  };
};
