import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeNpmPackage } from '../../package/npm.ts';
import manifest from '../../package.json' with { type: 'json' };
import { temporaryDirectory } from './packaged.ts';

const repository = resolve(import.meta.dirname, '../..');
const examples = join(repository, 'examples');
const [directory, removeDirectory] = temporaryDirectory();
// Neither what another clone has left in npm's cache, nor a registry.
const environment = { ...process.env, npm_config_cache: join(directory, 'cache'), npm_config_offline: 'true' };

afterAll(removeDirectory);

const npx = (cwd: string, ...args: string[]) =>
  spawnSync('npx', ['squadkit', ...args], { cwd, env: environment, encoding: 'utf8' });

describe('in a clone', () => {
  test('plans after npm ci, from the source, in every folder', () => {
    const { status, stdout, stderr } = npx(repository, 'plan', 'examples');
    const inside = npx(examples, 'plan', '--squad', 'galaxy');

    expect(stderr).toBe('');
    expect(stdout).toContain('+ Service galaxy/billing: new in frontier (production)');
    expect(status).toBe(0);
    expect(inside.stdout).toContain('galaxy/billing');
  });

  test('exits with the status of the command', () => {
    expect(npx(repository, 'plan', '--nothing').status).toBe(2);
  });
});

describe('the package for npm', () => {
  const built = join(directory, 'npm');
  const place = join(directory, 'place');
  let packed: { filename: string; files: { path: string }[] };

  beforeAll(async () => {
    await writeNpmPackage(built);
    const npm = (cwd: string, ...args: string[]) =>
      execFileSync('npm', args, { cwd, env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    [packed] = JSON.parse(npm(directory, 'pack', '--json', built));
    mkdirSync(place);
    writeFileSync(join(place, 'package.json'), '{"private": true}');
    npm(place, 'install', '--no-audit', '--no-fund', join(directory, packed.filename));
    cpSync(examples, join(place, 'tree'), { recursive: true });
  });

  test('holds the command line, its licences, a README and a manifest, and nothing else', () => {
    const files = ['LICENSE', 'LICENSES.txt', 'README.md', 'package.json', 'squadkit.mjs'];

    expect(packed.files.map(({ path }) => path).sort()).toEqual(files);
    expect(readdirSync(join(place, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['squadkit']);
  });

  test('has a manifest of its own, that can be published and needs nothing', () => {
    expect(JSON.parse(readFileSync(join(built, 'package.json'), 'utf8'))).toEqual({
      name: 'squadkit',
      version: manifest.version,
      description: manifest.description,
      license: 'Apache-2.0',
      repository: manifest.repository,
      type: 'module',
      engines: manifest.engines,
      bin: { squadkit: 'squadkit.mjs' },
      files: ['squadkit.mjs', 'LICENSES.txt'],
    });
  });

  test('plans where there is nothing else', () => {
    const { status, stdout, stderr } = npx(place, 'plan', 'tree');

    expect(stderr).toBe('');
    expect(stdout).toContain('+ Service galaxy/billing: new in frontier (production)');
    expect(status).toBe(0);
    expect(npx(place, '--version').stdout.trim()).toBe(manifest.version);
  });
});
