import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProgress } from '../../package/tools/progress.ts';
import { buildTools } from '../../package/tools/tools.ts';
import { releasedVersion } from '../../package/version.ts';
import { choosePorts } from '../control-plane/ports.ts';

const clone = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'squadkit-release-'));
const output = join(directory, 'release');
const script = (name: string, ...words: string[]) =>
  spawnSync(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), join(clone, `package/release/${name}.ts`), ...words],
    { encoding: 'utf8' },
  );
const version = releasedVersion();

beforeAll(() => {
  expect(script('release', '--snapshot', '--output', output)).toMatchObject({ status: 0, stderr: '' });
}, 600_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('one command makes everything that a release has', () => {
  expect(readdirSync(output).sort()).toEqual([
    'CHANGELOG.md',
    'LICENSES.txt',
    'backup-amd64.cdx.json',
    'backup-amd64.tar',
    'backup-arm64.cdx.json',
    'backup-arm64.tar',
    'checksums.txt',
    'command-line-amd64.cdx.json',
    'command-line-amd64.tar',
    'command-line-arm64.cdx.json',
    'command-line-arm64.tar',
    'drill-amd64.cdx.json',
    'drill-amd64.tar',
    'drill-arm64.cdx.json',
    'drill-arm64.tar',
    'function-squadkit-amd64.cdx.json',
    'function-squadkit-amd64.xpkg',
    'function-squadkit-arm64.cdx.json',
    'function-squadkit-arm64.xpkg',
    'install.tar.gz',
    'janitor-amd64.cdx.json',
    'janitor-amd64.tar',
    'janitor-arm64.cdx.json',
    'janitor-arm64.tar',
    `squadkit-${version.slice(1)}.tgz`,
    'squadkit.cdx.json',
    'squadkit.mjs',
    'squadkit.xpkg',
  ]);
});

test('every file but the checksums is in the checksums, as sha256sum reads them', () => {
  const checked = execFileSync('sha256sum', ['--check', 'checksums.txt'], { cwd: output, encoding: 'utf8' });

  expect(checked.match(/: OK\n/g)).toHaveLength(readdirSync(output).length - 1);
});

test('what platforms apply is in it as it is here', () => {
  const unpacked = join(directory, 'unpacked');
  mkdirSync(unpacked);
  execFileSync('tar', ['-xzf', join(output, 'install.tar.gz'), '-C', unpacked]);
  execFileSync('diff', ['-r', join(unpacked, 'install'), join(clone, 'package/install')]);
});

test('npm installs the tarball, and the command line runs', () => {
  const place = join(directory, 'npm');
  mkdirSync(place);
  const tarball = join(output, `squadkit-${version.slice(1)}.tgz`);
  execFileSync('npm', ['install', '--silent', '--offline', '--no-audit', '--prefix', place, tarball]);

  expect(execFileSync(join(place, 'node_modules/.bin/squadkit'), ['--version'], { encoding: 'utf8' })).toBe(
    `${version.slice(1)}\n`,
  );
});

test('pre-commit runs it before a commit, as the examples say, and stops one that is refused', () => {
  const place = join(directory, 'pre-commit');
  const { PATH } = process.env;
  const environment = { PATH, HOME: place, PRE_COMMIT_HOME: join(place, 'cache'), GIT_CONFIG_GLOBAL: '/dev/null' };
  const run = (command: string, ...words: string[]) =>
    spawnSync(command, words, { cwd: place, env: environment, encoding: 'utf8' });
  cpSync(join(clone, 'examples'), place, { recursive: true });
  const configuration = join(place, '.pre-commit-config.yaml');
  const released = `squadkit@${version.slice(1)}`;
  const tarball = join(output, `squadkit-${version.slice(1)}.tgz`);
  const said = readFileSync(configuration, 'utf8');
  expect(said).toContain(released);
  // The only thing that differs from what people copy: where this version is taken from.
  writeFileSync(configuration, said.replace(released, `'${tarball}'`));
  execFileSync('python3', ['-m', 'venv', join(directory, 'venv')]);
  execFileSync(join(directory, 'venv/bin/pip'), ['install', '--quiet', 'pre-commit==4.7.0']);
  run('git', 'init', '--quiet');
  run('git', 'add', '--all');
  const preCommit = join(directory, 'venv/bin/pre-commit');

  expect(run(preCommit, 'run')).toMatchObject({ status: 0, stdout: expect.stringContaining('Passed') });

  const file = join(place, 'squads/galaxy/billing.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('name: aqua ', 'name: aqau '));
  run('git', 'add', '--all');
  const refused = run(preCommit, 'run');
  expect(refused.status).toBe(1);
  expect(refused.stdout).toContain('squads/galaxy/billing.yaml:10:17');
});

test('a tag of another version releases nothing', () => {
  const other = join(directory, 'other');
  const { status, stderr } = script('release', '--tag', 'v99.0.0', '--output', other);

  expect(status).toBe(1);
  expect(stderr).toContain('the tag is v99.0.0, and package.json says');
  expect(readdirSync(directory)).not.toContain('other');
});

test('what is pushed is there for both processors, under the digests that were said', async () => {
  const crossplane = (await buildTools(createProgress(), ['crossplane']))('crossplane');
  const { port } = await choosePorts(['port']);
  mkdirSync(join(directory, 'registry'));
  // What it says is read by nobody while the push is waited for: a full pipe would stop it.
  const served = ['serve', `127.0.0.1:${port}`, join(directory, 'registry')];
  const server = spawn(crossplane.binary('xpkg'), served, { stdio: 'ignore' });
  try {
    const registry = `http://127.0.0.1:${port}`;
    while (!(await fetch(`${registry}/v2/`).catch(() => undefined))) await sleep(50);
    const { stdout, status } = script('push', `127.0.0.1:${port}/squadkit`, '--from', output);
    expect(status).toBe(0);
    const references = stdout.trim().split('\n');
    expect(references.map((reference) => reference.replace(/^[^/]+\/squadkit\/|@.*$/g, '')).sort()).toEqual([
      ...['backup', 'command-line', 'drill', 'function-squadkit', 'janitor', 'squadkit'],
    ]);
    for (const reference of references) {
      const [, name, digest] = /^[^/]+\/(squadkit\/[\w-]+)@(sha256:[0-9a-f]{64})$/.exec(reference) ?? [];
      const answer = await fetch(`${registry}/v2/${name}/manifests/${version}`);
      const { manifests } = (await answer.json()) as { manifests?: { platform: { architecture: string } }[] };
      expect(answer.headers.get('docker-content-digest')).toBe(digest);
      expect(manifests?.map(({ platform }) => platform.architecture)).toEqual(
        name === 'squadkit/squadkit' ? undefined : ['amd64', 'arm64'],
      );
    }
  } finally {
    server.kill();
  }
});

test('the entry of the changelog is what is released', () => {
  const entry = readFileSync(join(output, 'CHANGELOG.md'), 'utf8').trim();

  expect(readFileSync(join(clone, 'CHANGELOG.md'), 'utf8')).toContain(entry);
});
