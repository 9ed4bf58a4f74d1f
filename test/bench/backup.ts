import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createProgress } from '../../package/tools/progress.ts';
import { inDatabase, makeDatabase } from '../backup/databases.ts';
import { type DrillScene, openDrillScene } from '../backup/drill-scene.ts';
import { backUp, makeTarget, nameOf, restore } from '../backup/restore-scene.ts';
import { runProgram } from '../backup/scene.ts';
import { table } from './figures.ts';

/** What a piece of work took. CPU is in seconds, of the programs that did it and of the servers that it asked. */
interface Cost {
  seconds: number;
  programs: number;
  postgres: number;
  store: number;
}

/** No drill or restore here may take longer, in minutes. */
const mostMinutes = 120;

/**
 * Backs up, proves and restores databases of some megabytes with the programs of the images, PostgreSQL and a store that
 * speaks S3, beside what people would type instead: pg_dump, age and pg_restore, with the same compression, to and from a
 * file.
 */
export const benchBackup = async (sizes: number[]): Promise<void> => {
  const progress = createProgress();
  const scene = await progress.step('PostgreSQL, store and images', openDrillScene);
  try {
    const rows: Record<string, string>[] = [];
    for (const size of sizes) {
      const service = `mega${size}`;
      await progress.step(`${size} MB of documents`, () => fill(scene, service, size));
      rows.push(...(await measureAll(scene, service, size, (what, work) => progress.step(what, work))));
    }
    console.log(`\n${table(rows)}`);
  } finally {
    await scene.close();
  }
};

/** Documents of some 500 bytes, of which nothing repeats but the names of their fields. */
const document = `jsonb_build_object('number', n, 'customer', md5(n::text), 'paid', n % 3 = 0, 'lines',
  (SELECT jsonb_agg(jsonb_build_object('article', md5((n * 7 + line)::text), 'count', (n * line) % 11, 'price', (n * 31 % 9973) / 100.0))
   FROM generate_series(1, 4) line))`;

/** How many documents are made before somebody looks how large the table is. */
const batch = 2000;

/** A database of a Service with one table of so many megabytes, indexes included. */
const fill = async ({ server }: DrillScene, service: string, megabytes: number): Promise<void> => {
  const database = `galaxy_${service}`;
  await makeDatabase(server, database, ['CREATE TABLE invoice (id bigint PRIMARY KEY, body jsonb NOT NULL)']);
  await inDatabase(server, database, async (client) => {
    await client.query('SET search_path = app');
    for (let made = 0; ; made += batch) {
      await client.query(`INSERT INTO invoice SELECT n, ${document} FROM generate_series($1::bigint, $2) n`, [
        made + 1,
        made + batch,
      ]);
      const { rows } = await client.query("SELECT pg_total_relation_size('invoice') AS bytes");
      if (Number(rows[0]?.bytes) >= megabytes << 20) break;
    }
    await client.query('ANALYZE invoice');
    await client.query('CHECKPOINT');
  });
};

/** All that is measured of one database, as rows of the table. */
const measureAll = async (
  scene: DrillScene,
  service: string,
  size: number,
  step: <Result>(what: string, work: () => Promise<Result>) => Promise<Result>,
): Promise<Record<string, string>[]> => {
  const of = nameOf(service);
  const measured = <Result>(what: string, work: () => Promise<Result>) =>
    step(`${size} MB: ${what}`, () => costOf(scene, work));

  const [backedUp, manifest] = await measured('back up', () => backUp(scene, of));
  const [dumped, file] = await measured('pg_dump and age', () => dumpByHand(scene, service));
  const [proven] = await measured('prove', async () => expectDone(await scene.drill(of, { mostMinutes })));
  await makeTarget(scene, { of, at: manifest.at });
  const [restored] = await measured('restore', async () =>
    expectDone(await restore(scene, of, { at: manifest.at, mostMinutes })),
  );
  await inDatabase(scene.server, 'postgres', (client) => client.query(`CREATE DATABASE by_hand_${service}`));
  const [filled] = await measured('age and pg_restore', () => restoreByHand(scene, service, file));

  return [
    row(`${size} MB: back up`, backedUp, manifest.dump.bytes),
    row('   pg_dump and age', dumped, statSync(file).size),
    ratio(backedUp, dumped, manifest.dump.bytes / statSync(file).size),
    row(`${size} MB: prove`, proven),
    row(`${size} MB: restore`, restored),
    row('   age and pg_restore', filled),
    ratio(restored, filled),
  ];
};

const expectDone = ({ status, error }: { status: number | null; error: string }): void => {
  if (status !== 0) throw new Error(`it ended with ${status}: ${error}`);
};

/** Of a login that may read and write everything. */
const environmentOf = ({ server }: DrillScene): string[] => [
  ...[`PGHOST=${server.host}`, `PGPORT=${server.port}`, `PGUSER=${server.superuser.user}`],
  ...[`PGPASSWORD=${server.superuser.password}`, 'PGSSLMODE=verify-full', `PGSSLROOTCERT=${server.caPath}`],
];

const inShell = (scene: DrillScene, script: string, words: string[]): Promise<Buffer> =>
  runProgram('env', [...environmentOf(scene), 'bash', '-euo', 'pipefail', '-c', script, 'bash', ...words]);

const dumpByHand = async (scene: DrillScene, service: string): Promise<string> => {
  const file = join(scene.state, `${service}.dump.age`);
  await inShell(
    scene,
    '"$1" --format=custom --compress=zstd:3 --schema=app "$2" | "$3" --encrypt --recipient "$4" --output "$5"',
    [
      ...[join(scene.programs, 'pg_dump'), `galaxy_${service}`],
      ...[scene.age.binary('age'), scene.recipients[0] as string, file],
    ],
  );

  return file;
};

const restoreByHand = (scene: DrillScene, service: string, file: string): Promise<Buffer> =>
  inShell(scene, '"$1" --decrypt --identity "$2" "$3" | "$4" --exit-on-error --dbname "$5"', [
    ...[scene.age.binary('age'), scene.identities[0] as string, file],
    ...[join(scene.programs, 'pg_restore'), `by_hand_${service}`],
  ]);

/** User and system time in seconds, in ticks of 10 ms (Linux, proc(5)): of a process and its children that ended, or of these only. */
const cpuSecondsOf = (pid: number | 'self', fields: 'with itself' | 'children only'): number =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
    .slice(fields === 'with itself' ? 11 : 13, 15)
    .reduce((sum, field) => sum + Number(field), 0) / 100;

/** Runs something, and answers what it took, and what came of it. */
const costOf = async <Result>({ processes }: DrillScene, work: () => Promise<Result>): Promise<[Cost, Result]> => {
  const now = (): Omit<Cost, 'seconds'> => ({
    programs: cpuSecondsOf('self', 'children only'),
    postgres: cpuSecondsOf(processes.pid('postgres') as number, 'with itself'),
    store: cpuSecondsOf(processes.pid('store') as number, 'with itself'),
  });
  const before = now();
  const since = performance.now();
  const result = await work();
  const seconds = (performance.now() - since) / 1000;
  // What a session used is its server's only when that has seen its end.
  await sleep(500);
  const after = now();

  return [
    {
      seconds,
      programs: after.programs - before.programs,
      postgres: after.postgres - before.postgres,
      store: after.store - before.store,
    },
    result,
  ];
};

const row = (what: string, cost: Cost, bytes?: number): Record<string, string> => ({
  what,
  seconds: cost.seconds.toFixed(1),
  'CPU s of the programs': cost.programs.toFixed(1),
  'of PostgreSQL': cost.postgres.toFixed(1),
  'of the store': cost.store.toFixed(1),
  'stored MB': bytes === undefined ? '' : (bytes / (1 << 20)).toFixed(1),
});

const ratio = (ours: Cost, theirs: Cost, bytes?: number): Record<string, string> => {
  const times = (one: number, other: number) => (other > 0 ? `${(one / other).toFixed(2)}x` : '');

  return {
    what: '   ratio',
    seconds: times(ours.seconds, theirs.seconds),
    'CPU s of the programs': times(ours.programs, theirs.programs),
    'of PostgreSQL': times(ours.postgres, theirs.postgres),
    'of the store': '',
    'stored MB': bytes === undefined ? '' : `${bytes.toFixed(2)}x`,
  };
};
