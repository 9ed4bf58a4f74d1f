import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backupEntries, bundle } from '../../../package/build.ts';
import { postgresClient } from '../../../package/tools/postgres-client.ts';
import { createProgress } from '../../../package/tools/progress.ts';
import { backupTools, buildTools } from '../../../package/tools/tools.ts';
import { type DrillImage, installDrill, isRoot, nobody } from '../../backup/drill-image.ts';
import { runProgram } from '../../backup/scene.ts';
import { makeBucket, type RunningStore, secretOf, startStore } from '../../backup/store.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';
import { choosePorts } from '../../control-plane/ports.ts';
import { connectPostgres } from '../../control-plane/postgres.ts';
import { backupsNamespace, letBackupsBeMade } from './backups.ts';
import { textOf } from './platform.ts';
import { type SpareServer, startSpareServers } from './spare.ts';

/** What may run there. */
export type Program = 'backup' | 'drill' | 'restore';

interface PodSpec extends Record<string, unknown> {
  containers: { command?: string[]; args: string[]; volumeMounts: { name: string; mountPath: string }[] }[];
  serviceAccountName: string;
  volumes: { name: string; secret?: { secretName: string; items?: { key: string }[] } }[];
}

/** A server of its own with a store, and what a node would do for the pods that back it up. */
export interface BackedUpServer {
  spare: SpareServer;
  store: RunningStore;
  /** The Zone, which has the name of the server; without `backups` where none are to be made. */
  zone: (backups?: 'backups') => KubernetesObject;
  /** Does what a node would for a pod of that: its Secrets and its token as files, and its program. */
  runPod: (what: Program, pod: string) => Promise<{ status: number | null; error: string }>;
  /** Says something to the database that the Secret on the hub names, as one of its logins. */
  say: (service: string, login: 'app' | 'migrator', statements: string[]) => Promise<unknown[][]>;
  /** One question to the server, as its superuser. */
  query: (statement: string, database?: string) => Promise<Record<string, unknown>[]>;
  end: () => Promise<void>;
}

/** What of that kind makes pods there; not what is on its way out, and waits for pods that it made. */
export const madeOf = async ({ hub }: ControlPlane, kind: 'CronJob' | 'Job'): Promise<KubernetesObject[]> =>
  (await hub.list('batch/v1', kind, { namespace: backupsNamespace })).filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  );

/** The template of the pods of a program, and how what makes them is called. */
const templateOf = async (controlPlane: ControlPlane, what: Program): Promise<{ name: string; spec: PodSpec }> => {
  const kind = what === 'restore' ? 'Job' : 'CronJob';
  const found = (await madeOf(controlPlane, kind)).find(
    ({ metadata: { name } }) => what === 'restore' || name.endsWith('-drill') === (what === 'drill'),
  );
  if (found === undefined) throw new Error(`there is no ${kind} of a ${what}`);
  const { spec } = found as unknown as { spec: { jobTemplate?: { spec: object } } };
  const { template } = (spec.jobTemplate?.spec ?? spec) as { template: { spec: PodSpec } };

  return { name: found.metadata.name, spec: template.spec };
};

/** Starts a server, a store and a Zone of that name with them; the platform has to be there. */
export const startBackedUpServer = async (controlPlane: ControlPlane, name: string): Promise<BackedUpServer> => {
  const { hub } = controlPlane;
  const namespace = backupsNamespace;
  const room = mkdtempSync(join(controlPlane.paths.state, 'backup-'));
  // Where somebody who is nobody may read.
  const hall = mkdtempSync(join(tmpdir(), 'squadkit-drill-made-'));
  const tools = await buildTools(createProgress(), backupTools);
  const programs = join(await postgresClient(), 'bin');
  const ports = await choosePorts(['backup-store']);
  const [spare] = (await startSpareServers(controlPlane, [name])) as [SpareServer];
  const store = await startStore(controlPlane as never, {
    ...{ tool: tools('versitygw'), state: room, port: ports['backup-store'] as number },
  });
  await makeBucket(store, 'backups');
  await bundle({ outputDirectory: join(room, 'bundle'), entries: backupEntries });
  const identity = join(room, 'identity');
  await runProgram(tools('age').binary('age-keygen'), ['-o', identity]);
  const recipient = (await runProgram(tools('age').binary('age-keygen'), ['-y', identity])).toString().trim();
  const drill: DrillImage = await installDrill(hall);
  const query: BackedUpServer['query'] = async (statement, database) => {
    const superuser = await spare.connect(database === undefined ? {} : { database });
    try {
      return (await superuser.query(statement)).rows;
    } finally {
      await superuser.end();
    }
  };
  await query(`ALTER ROLE ${spare.connection.admin.user} BYPASSRLS`);
  const secret = (of: string, data: Record<string, string>): KubernetesObject =>
    ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: of, namespace }, stringData: data }) as KubernetesObject;
  const key = (who: 'writer' | 'reader') => ({ accessKeyId: who, secretAccessKey: secretOf(who) });
  await hub.apply(secret(`${name}-backups-writer`, key('writer')));
  await hub.apply(secret(`${name}-drill`, { ...key('reader'), identity: readFileSync(identity, 'utf8') }));
  await letBackupsBeMade(hub);

  const runPod: BackedUpServer['runPod'] = async (what, pod) => {
    const { name: of, spec } = await templateOf(controlPlane, what);
    const podName = `${of}-${pod}`;
    await hub.create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: podName, namespace },
      spec,
    } as KubernetesObject);
    const { status } = await hub.request<{ status: { token: string } }>(
      'POST',
      `/api/v1/namespaces/${namespace}/serviceaccounts/${spec.serviceAccountName}/token`,
      {
        ...{ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' },
        spec: { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: podName } },
      },
    );
    const place = mkdtempSync(join(what === 'backup' ? room : hall, 'pod-'));
    chmodSync(place, 0o755);
    writeFileSync(join(place, 'token'), status.token);
    writeFileSync(join(place, 'ca.crt'), hub.certificate);
    const [container] = spec.containers as [PodSpec['containers'][0]];
    let args = container.args;
    for (const { name: volume, mountPath } of container.volumeMounts) {
      const { secret: given } = spec.volumes.find((one) => one.name === volume) ?? {};
      mkdirSync(join(place, volume));
      if (given === undefined) chmodSync(join(place, volume), 0o777);
      const reference = { apiVersion: 'v1', kind: 'Secret', metadata: { name: given?.secretName ?? '', namespace } };
      for (const [file, value] of Object.entries(given === undefined ? {} : textOf(await hub.get(reference))))
        if (given?.items?.some((item) => item.key === file) ?? true) writeFileSync(join(place, volume, file), value);
      args = args.map((arg) =>
        arg === mountPath || arg.startsWith(`${mountPath}/`) ? arg.replace(mountPath, join(place, volume)) : arg,
      );
    }
    execFileSync('chmod', ['-R', 'a+rX', place]);
    // What the pod names lies in the image, which starts the drill by itself.
    const started = container.command?.at(-1)?.replace('/drill/', '') ?? 'drill.cjs';
    const [command = '', ...rest] =
      what === 'backup'
        ? [process.execPath, join(room, 'bundle/backup.cjs'), ...args, '--pg-dump', join(programs, 'pg_dump')]
        : [
            ...(isRoot ? nobody : []),
            ...[drill.program, join(drill.bundles, started), ...args, '--postgres', drill.postgres],
          ];
    const files = ['--hub-token-file', join(place, 'token'), '--hub-authority-file', join(place, 'ca.crt')];
    const child = spawn(command, [...rest, '--hub', hub.server, ...files], {
      ...{ cwd: '/', env: { PATH: process.env.PATH }, stdio: ['ignore', 'ignore', 'pipe'] },
    });
    let error = '';
    child.stderr.on('data', (data: Buffer) => {
      error += data;
    });
    const ended = await new Promise<number | null>((done) => child.once('close', done));
    await hub.delete({ apiVersion: 'v1', kind: 'Pod', metadata: { name: podName, namespace } });

    return { status: ended, error };
  };

  return {
    ...{ spare, store, query, runPod },
    zone: (made) => ({
      ...{ apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', metadata: { name } },
      spec: {
        ...{ environment: 'engineering', region: 'eu-west-1' },
        components: [
          {
            ...spare.component,
            postgres: {
              ...spare.component.postgres,
              ...(made && {
                backups: {
                  store: {
                    ...{ endpoint: `https://localhost:${store.port}`, region: 'eu-west-1', bucket: 'backups' },
                    ...{ caBundle: readFileSync(store.caPath, 'utf8'), secretRef: { name: `${name}-backups-writer` } },
                  },
                  ...{ recipients: [recipient], schedule: '15 2 * * *', retentionDays: 14 },
                  drill: { secretRef: { name: `${name}-drill` } },
                },
              }),
            },
          },
        ],
      },
    }),
    say: async (service, login, statements) => {
      const binding = textOf(
        await hub.get({
          ...{ apiVersion: 'v1', kind: 'Secret' },
          metadata: { name: `${service}.${name}.${name}.binding`, namespace: 'quasar' },
        }),
      );
      const begin = login === 'app' ? '' : 'migrator.';
      const [user, password, database] = ['username', 'password', 'database'].map((of) => binding[begin + of]);
      const client = await connectPostgres(spare.connection, { user, password, database } as Record<string, string>);
      try {
        const results = [];
        for (const statement of statements) results.push((await client.query(statement)).rows);

        return results;
      } finally {
        await client.end();
      }
    },
    end: async () => {
      await spare.end();
      rmSync(hall, { recursive: true, force: true });
    },
  };
};
