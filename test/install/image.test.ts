import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { architectures, readLock } from '../../package/image/lock.ts';
import { specifications } from '../../package/image/specification.ts';
import { postgresPackage } from '../../package/tools/postgres-client.ts';
import { password } from '../backup/databases.ts';
import { makeTarget } from '../backup/restore-scene.ts';
import { openScene } from '../backup/scene.ts';
import { secretOf } from '../backup/store.ts';
import { call, requestFor } from '../contract/client.ts';
import { choosePorts } from '../control-plane/ports.ts';
import { ended, noContainers, runContainer } from './container.ts';
import { filesIn, machineOf, type Unpacked, unpack } from './unpacked.ts';

const names = Object.keys(specifications) as (keyof typeof specifications)[];
const clone = join(import.meta.dirname, '../..');
const here = process.arch === 'arm64' ? 'arm64' : 'amd64';
const withoutContainers = noContainers();
const [first, second] = ['first', 'second'].map((name) => join(tmpdir(), `squadkit-images-${process.pid}`, name)) as [
  string,
  string,
];
const unpacked = new Map<string, Unpacked>();
const image = (name: string, architecture: string): Unpacked =>
  unpacked.get(`${name}-${architecture}`) ?? expect.fail('not built');

/** As somebody else would on another machine: with another umask, time zone, language and place for temporary files. */
const elsewhere = { TZ: 'Asia/Kathmandu', LC_ALL: 'C', TMPDIR: join(second, 'temporary') };
const build = (output: string, umask: string, environment: Record<string, string> = {}) =>
  execFileSync(
    'sh',
    [
      ...['-c', `umask ${umask} && exec "$@"`, 'build', process.execPath, '--import', import.meta.resolve('tsx')],
      ...[join(clone, 'package/package.ts'), output],
    ],
    { encoding: 'utf8', env: { ...process.env, ...environment } },
  );

beforeAll(() => {
  mkdirSync(elsewhere.TMPDIR, { recursive: true });
  build(first, '022');
  build(second, '077', elsewhere);
  for (const name of names) {
    for (const architecture of architectures)
      unpacked.set(`${name}-${architecture}`, unpack(join(first, `${name}-${architecture}.tar`)));
  }
  if (withoutContainers) console.log(`not started: ${withoutContainers}`);
}, 600_000);

afterAll(() => {
  rmSync(join(first, '..'), { recursive: true, force: true });
  for (const { root } of unpacked.values()) rmSync(join(root, '..'), { recursive: true, force: true });
});

const artefacts = [
  ...names.flatMap((name) => architectures.map((architecture) => `${name}-${architecture}.tar`)),
  ...architectures.map((architecture) => `function-squadkit-${architecture}.xpkg`),
  'squadkit.xpkg',
];

test.each(artefacts)('%s is the same when it is built twice', (file) => {
  const hash = (directory: string) =>
    createHash('sha256')
      .update(readFileSync(join(directory, file)))
      .digest('hex');

  expect(hash(second)).toBe(hash(first));
});

/** What can be started in an image. */
const programs: Record<(typeof names)[number], string[]> = {
  'function-squadkit': ['usr/bin/node'],
  janitor: ['usr/bin/node'],
  backup: ['usr/bin/node', 'usr/lib/postgresql/bin/pg_dump'],
  drill: [
    'bin/busybox',
    'usr/bin/node',
    ...['initdb', 'pg_restore', 'postgres'].map((name) => `usr/lib/postgresql/bin/${name}`),
  ],
  'command-line': ['bin/busybox', 'usr/bin/git', 'usr/bin/node', 'usr/lib/squadkit/squadkit.mjs'],
};

const images = names.flatMap((name) => architectures.map((architecture) => ({ name, architecture })));

describe.each(images)('$name for $architecture', ({ name, architecture }) => {
  const root = () => image(name, architecture).root;
  const isLink = (path: string) => execFileSync('readlink', ['-f', path], { encoding: 'utf8' }).trim() !== path;

  test('belongs to root, and nobody else may write a file of it', () => {
    for (const path of filesIn(root())) {
      const { mode, uid } = statSync(join(root(), path));
      expect(mode & 0o022, path).toBe(0);
      if (process.getuid?.() === 0) expect(uid, path).toBe(0);
    }
  });

  test('runs as 65532', () => {
    expect(image(name, architecture).configuration.User).toBe('65532:65532');
    expect(readFileSync(join(root(), 'etc/passwd'), 'utf8')).toContain('nonroot:x:65532:65532:');
  });

  test('every program and library is for its processor', () => {
    const machines = filesIn(root())
      .filter((path) => !isLink(join(root(), path)))
      .map((path) => machineOf(join(root(), path)))
      .filter((machine) => machine !== undefined);

    expect(machines.length).toBeGreaterThan(8);
    expect(new Set(machines)).toEqual(new Set([architecture]));
  });

  test('what may be executed is listed here', () => {
    const executable = filesIn(root())
      .filter((path) => !isLink(join(root(), path)) && statSync(join(root(), path)).mode & 0o111)
      .filter((path) => !path.includes('linux-gnu/'));

    expect(executable).toEqual(programs[name]);
  });

  test('has the licence of everything inside', () => {
    const documents = join(root(), 'usr/share/doc');
    // The shortest is tzdata's: it is in the public domain.
    for (const debian of Object.keys(specifications[name].debian))
      expect(readFileSync(join(documents, debian, 'copyright'), 'utf8').length, debian).toBeGreaterThan(300);
    expect(readFileSync(join(documents, 'node/copyright'), 'utf8')).toContain('Node.js');
    if (specifications[name].postgres.length > 0)
      expect(readFileSync(join(documents, 'postgresql/copyright'), 'utf8')).toContain('PostgreSQL Global Development');
    const own = join(root(), specifications[name].directory);
    expect(readFileSync(join(own, 'LICENSE'), 'utf8')).toContain('Apache License');
    expect(readFileSync(join(own, 'LICENSES.txt'), 'utf8')).toContain('=== zod ');
  });

  test('has a bill of materials that is valid and complete', async () => {
    const text = readFileSync(join(root(), `usr/share/sbom/${name}.cdx.json`), 'utf8');
    const { components } = JSON.parse(text) as { components: { purl: string; version: string }[] };
    const licences = readFileSync(join(root(), specifications[name].directory, 'LICENSES.txt'), 'utf8');
    const npm = [...licences.matchAll(/^=== (\S+) (\S+) \(/gm)].map(([, own, version]) => `${own} ${version}`);
    const debian = Object.entries(readLock().packages[architecture])
      .filter(([own]) => own in specifications[name].debian)
      .map(([own, { version }]) => `${own} ${version}`);
    const { name: wheel, version } = postgresPackage();
    const postgres = specifications[name].postgres.length > 0 ? [`${wheel} ${version}`] : [];
    const listed = components.map(({ purl, version }) => {
      const [, path = ''] = /^pkg:(?:npm|deb\/debian|pypi|generic)\/(.+?)@/.exec(purl) ?? [];

      return `${decodeURIComponent(path)} ${version}`;
    });

    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
    expect(text).toBe(readFileSync(join(first, `${name}-${architecture}.cdx.json`), 'utf8'));
    expect(listed.sort()).toEqual([...npm, ...debian, ...nodes(architecture), ...postgres].sort());
  });
});

const nodes = (architecture: string) => [
  `node ${process.versions.node}`,
  `node-linux-${architecture === 'amd64' ? 'x64' : architecture} ${process.versions.node}`,
];

test('an upgrade of Squadkit pulls its own layers only, and they are the same for every processor', () => {
  const [amd64, arm64] = architectures.map((architecture) => image('function-squadkit', architecture).layers);

  expect(amd64?.[2]).toBe(arm64?.[2]);
  expect(image('command-line', 'amd64').layers[1]).toBe(amd64?.[1]);
});

test.each(architectures)('the package for %s has the image below its own layer', (architecture) => {
  const packaged = unpack(join(first, `function-squadkit-${architecture}.xpkg`));

  expect(packaged.layers.slice(0, -1)).toEqual(image('function-squadkit', architecture).layers);
  expect(packaged.configuration.Entrypoint).toEqual(specifications['function-squadkit'].entrypoint);
  expect(packaged.configuration.User).toBe('65532:65532');
  expect(packaged.architecture).toBe(architecture);
  expect(filesIn(packaged.root)).toContain('package.yaml');
  rmSync(join(packaged.root, '..'), { recursive: true });
});

describe.skipIf(withoutContainers)('as a container with a root that nobody writes', () => {
  test('the function serves, and ends by SIGTERM', async () => {
    const { port } = await choosePorts(['port']);
    const own = image('function-squadkit', here);
    const command = [...own.configuration.Entrypoint, '--insecure', '--address', `127.0.0.1:${port}`];
    const container = runContainer(own, { command });
    const end = ended(container);
    let answer: unknown;
    for (const deadline = Date.now() + 30_000; !answer && Date.now() < deadline; await sleep(200))
      answer = await call(port, requestFor()).catch(() => undefined);
    container.kill('SIGTERM');

    expect(answer).toMatchObject({ meta: { tag: 'tag-1' } });
    expect(await end).toMatchObject({ code: 0 });
  });

  test.each(['/', '/function', '/tmp', '/usr/bin', '/etc'])('the function can write nothing to %s', async (place) => {
    const script = `require('node:fs').writeFileSync('${place}/x', '')`;
    const { code, errors } = await ended(
      runContainer(image('function-squadkit', here), { command: ['/usr/bin/node', '-e', script] }),
    );

    expect(code).not.toBe(0);
    expect(errors).toMatch(/EROFS|ENOENT/);
  });

  test('it is nobody special and has no capability', async () => {
    const script = "console.log(process.getuid(), require('node:fs').readFileSync('/proc/self/status', 'utf8'))";
    const { output } = await ended(
      runContainer(image('function-squadkit', here), { command: ['/usr/bin/node', '-e', script] }),
    );

    expect(output).toMatch(/^65532 /);
    expect(output).toMatch(/CapEff:\s+0+\n/);
    expect(output).toMatch(/NoNewPrivs:\s+1\n/);
  });

  test('a backup of a database is made, over TLS, from server to store, proven, and restored', async () => {
    const scene = await openScene();
    try {
      const room = join(scene.state, 'room');
      mkdirSync(room);
      cpSync(scene.server.caPath, join(room, 'server.crt'));
      cpSync(scene.store.caPath, join(room, 'store.crt'));
      const words = scene.words(room, {
        ...{ authority: join(room, 'server.crt'), storeAuthority: join(room, 'store.crt'), pgDump: 'pg_dump' },
        // By address: a container without a node around it knows no names.
        ...{ storeHost: '127.0.0.1', login: { endpoint: '127.0.0.1' } },
      });
      execFileSync('chmod', ['-R', 'a+rX', room]);
      const own = image('backup', here);
      const command = [...own.configuration.Entrypoint, ...words.map((word) => word.replace(room, '/room'))];
      const { code, output, errors } = await ended(runContainer(own, { command, mounts: { '/room': room } }));

      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      expect(JSON.parse(output)).toMatchObject({ rows: 2109, tables: 9 });
      expect(await scene.store.versions('backups')).toHaveLength(2);

      mkdirSync(join(room, 'reader'));
      writeFileSync(join(room, 'reader/accessKeyId'), 'reader');
      writeFileSync(join(room, 'reader/secretAccessKey'), secretOf('reader'));
      cpSync(scene.identities[0] as string, join(room, 'identity'));
      execFileSync('chmod', ['-R', 'a+rX', room]);
      const drill = image('drill', here);
      const drilled = await ended(
        runContainer(drill, {
          command: [
            ...[...drill.configuration.Entrypoint, '--of', 'main/frontier.spike/galaxy/billing', '--bucket', 'backups'],
            ...['--store', `https://127.0.0.1:${scene.store.port}`, '--store-authority-file', '/room/store.crt'],
            ...['--region', 'eu-west-1', '--reader', '/room/reader', '--identity-file', '/room/identity'],
          ],
          ...{ mounts: { '/room': room }, writable: ['/tmp'] },
        }),
      );

      expect({ code: drilled.code, errors: drilled.errors }).toEqual({ code: 0, errors: '' });
      expect(JSON.parse(drilled.output)).toMatchObject({ rows: 2109, tables: 9 });

      const { at } = JSON.parse(output) as { at: string };
      const of = 'main/frontier.spike/galaxy/billing';
      const into = await makeTarget(scene, { of, at });
      const login = { endpoint: '127.0.0.1', port: String(scene.server.port), password };
      for (const who of ['migrator', 'backup']) {
        mkdirSync(join(room, who));
        for (const [key, value] of Object.entries({ ...login, username: `galaxy_billing_${who}` }))
          writeFileSync(join(room, who, key), value);
      }
      execFileSync('chmod', ['-R', 'a+rX', room]);
      const restored = await ended(
        runContainer(drill, {
          command: [
            ...['/usr/bin/node', '/drill/restore.cjs', '--of', of, '--at', at, '--into', into, '--bucket', 'backups'],
            ...['--store', `https://127.0.0.1:${scene.store.port}`, '--store-authority-file', '/room/store.crt'],
            ...['--region', 'eu-west-1', '--reader', '/room/reader', '--identity-file', '/room/identity'],
            ...['--login', '/room/migrator', '--reading-login', '/room/backup', '--authority-file', '/room/server.crt'],
          ],
          ...{ mounts: { '/room': room }, writable: ['/tmp'] },
        }),
      );

      expect({ code: restored.code, errors: restored.errors }).toEqual({ code: 0, errors: '' });
      expect(JSON.parse(restored.output)).toMatchObject({ backup: at, rows: 2109, tables: 9 });
    } finally {
      await scene.close();
    }
  });

  test('the command line says what a branch of a tree of others changes, in the shell of a CI system', async () => {
    const tree = mkdtempSync(join(tmpdir(), 'squadkit-tree-'));
    cpSync(join(clone, 'examples'), tree, { recursive: true });
    const git = (...words: string[]) =>
      execFileSync('git', ['-C', tree, '-c', 'user.name=ada', '-c', 'user.email=ada@example.org', ...words]);
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-q', '-m', 'all');
    execFileSync('git', ['-C', tree, 'rm', '-q', 'squads/quasar/catalog.yaml']);
    execFileSync('chmod', ['-R', 'a+rX', tree]);
    const command = ['/bin/sh', '-c', 'cd /tree && ls && env | grep PATH && squadkit plan --base main'];
    const { output, errors } = await ended(
      runContainer(image('command-line', here), { command, mounts: { '/tree': tree } }),
    );
    rmSync(tree, { recursive: true });

    expect(errors).toBe('');
    expect(output).toContain('platform\n');
    expect(output).toContain('PATH=/usr/bin:/bin\n');
    expect(output).toContain('quasar/catalog');
  });
});

const emulator = `qemu-${here === 'amd64' ? 'aarch64' : 'x86_64'}-static`;
const hasEmulator = !spawnSync(emulator, ['--version']).error;

test.skipIf(!hasEmulator)('the image for the other processor starts under an emulator', { timeout: 120_000 }, () => {
  const other = here === 'amd64' ? 'arm64' : 'amd64';
  const { root } = image('function-squadkit', other);
  const { status, stdout } = spawnSync(
    emulator,
    ['-L', root, join(root, 'usr/bin/node'), join(root, 'function/function.cjs'), '--version'],
    { encoding: 'utf8' },
  );

  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

test('a build leaves nothing behind in the temporary directory', () => {
  expect(filesIn(elsewhere.TMPDIR).filter((path) => !path.startsWith('tsx-'))).toEqual([]);
});
