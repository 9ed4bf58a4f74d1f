import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import { bundle, drillEntries } from '../../package/build.ts';
import { addPostgres } from '../../package/image/postgres.ts';
import { addPostgresServer } from '../../package/image/postgres-server.ts';
import { specifications } from '../../package/image/specification.ts';
import { node } from './scene.ts';

/** Drill and restore as their image has them, in a folder that everybody may read. */
export interface DrillImage {
  /** Node, where nobody may run it. */
  program: string;
  /** Folder with drill.cjs and restore.cjs. */
  bundles: string;
  /** Folder with bin/initdb, bin/postgres and bin/pg_restore. */
  postgres: string;
}

/** Whether we are who PostgreSQL refuses. */
export const isRoot = process.getuid?.() === 0;

/** PostgreSQL refuses root, and so does a pod. */
export const nobody = [
  ...['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--bounding-set=-all', '--no-new-privs'],
];

/** Puts both programs, and the programs of PostgreSQL that they need, into an empty folder. */
export const installDrill = async (place: string): Promise<DrillImage> => {
  chmodSync(place, 0o755);
  const architecture = arch() === 'x64' ? 'amd64' : 'arm64';
  await addPostgres(specifications.drill.postgres, architecture, place);
  await addPostgresServer(architecture, place);
  await bundle({ outputDirectory: join(place, 'bundle'), entries: drillEntries });
  execFileSync('chmod', ['-R', 'a+rX', place]);
  const canRun = spawnSync(nobody[0] as string, [...nobody.slice(1), node, '--version'], { cwd: '/' }).status === 0;
  if (isRoot && !canRun) cpSync(node, join(place, 'node'));

  return {
    program: isRoot && !canRun ? join(place, 'node') : node,
    bundles: join(place, 'bundle'),
    postgres: join(place, 'usr/lib/postgresql'),
  };
};
