import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPackages } from '../../../package/package.ts';
import { cachedTool } from '../../../package/tools/tools.ts';
import { choosePorts } from '../../control-plane/ports.ts';

const sources = join(import.meta.dirname, '../../../package/tools/crossplane');
const crossplane = cachedTool('crossplane');
const hasGofmt = !spawnSync('gofmt', ['-h']).error;

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'squadkit-xpkg-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

test.skipIf(!hasGofmt)('gofmt has nothing to say', () => {
  expect(execFileSync('gofmt', ['-l', join(sources, 'xpkg')], { encoding: 'utf8' })).toBe('');
});

// Where the tool was built once, its libraries are compiled; vetting them takes half a minute the first time.
test.skipIf(!crossplane || !hasGofmt)('go vet has nothing to say', { timeout: 600_000 }, async () => {
  const go = promisify(execFile)('go', ['vet', '-trimpath', '-buildvcs=false', './xpkg'], {
    cwd: sources,
    env: { ...process.env, GOWORK: 'off' },
  });

  await expect(go).resolves.toMatchObject({ stderr: '' });
});

describe.skipIf(!crossplane)('the tool, where it was built', () => {
  const xpkg = (...commandArguments: string[]) =>
    spawnSync(crossplane?.binary('xpkg') ?? '', commandArguments, { cwd: directory, encoding: 'utf8' });

  const tar = (file: string, ...options: string[]) =>
    execFileSync('tar', [...options, '-f', join(directory, file)], { encoding: 'utf8', cwd: directory });

  const packages = async (name: string) => {
    if (!crossplane) throw new Error('skipped above');

    return buildPackages(crossplane, { output: join(directory, name) });
  };

  test('builds the same file twice', async () => {
    const [first, second] = [await packages('first'), await packages('second')];

    for (const [index, { files }] of first.entries()) {
      expect(readFileSync(files[0] ?? '').equals(readFileSync(second[index]?.files[0] ?? ''))).toBe(true);
    }
  });

  test('a package is an image of one layer, package.yaml, which a label of the image names', async () => {
    const file = join('packages', 'squadkit.xpkg');
    await packages('packages');
    const [manifest] = JSON.parse(tar(file, '-xO', 'manifest.json')) as [{ Config: string; Layers: string[] }];
    const { config } = JSON.parse(tar(file, '-xO', manifest.Config)) as { config: { Labels: Record<string, string> } };
    const [layer = ''] = manifest.Layers;
    tar(file, '-x', layer);

    expect(manifest.Layers).toHaveLength(1);
    expect(config.Labels).toEqual({ [`io.crossplane.xpkg:sha256:${layer.replace('.tar.gz', '')}`]: 'base' });
    expect(tar(layer, '-tz')).toBe('package.yaml\n');
    expect(tar(layer, '-xzO')).toMatch(/^---\napiVersion: meta.pkg.crossplane.io\/v1\n/);
  });

  const pack = () => {
    mkdirSync(join(directory, 'packed'));
    copyFileSync(join(sources, '../../crossplane.yaml'), join(directory, 'packed/crossplane.yaml'));
    xpkg('build', 'packed', 'packed.xpkg');
  };

  test('puts a runtime image below the package', () => {
    mkdirSync(join(directory, 'function'));
    copyFileSync(join(sources, '../../crossplane.yaml'), join(directory, 'function/crossplane.yaml'));
    expect(xpkg('build', 'function', 'runtime.xpkg')).toMatchObject({ status: 0 });
    expect(xpkg('build', 'function', 'twice.xpkg', '--runtime-image', 'runtime.xpkg')).toMatchObject({ status: 0 });
    const [manifest] = JSON.parse(tar('twice.xpkg', '-xO', 'manifest.json')) as [{ Layers: string[] }];

    expect(manifest.Layers).toHaveLength(2);
  });

  test('serves what it pushed, with the layer annotated as Crossplane looks for it', async () => {
    const { port } = await choosePorts(['port']);
    mkdirSync(join(directory, 'registry'));
    const [own] = await packages('pushed');
    const server = spawn(
      crossplane?.binary('xpkg') ?? '',
      ['serve', `127.0.0.1:${port}`, join(directory, 'registry')],
      {
        stdio: 'ignore',
      },
    );
    try {
      const url = `http://127.0.0.1:${port}/v2/squadkit/function-squadkit/manifests/v1`;
      while (!(await fetch(url).catch(() => undefined))) await sleep(50);
      const pushed = xpkg('push', `127.0.0.1:${port}/squadkit/function-squadkit:v1`, ...(own?.files ?? []));
      const answer = await fetch(url);
      const digest = answer.headers.get('docker-content-digest');

      expect(pushed).toMatchObject({ status: 0, stdout: `127.0.0.1:${port}/squadkit/function-squadkit@${digest}\n` });
      expect(await answer.json()).toMatchObject({ layers: [{ annotations: { 'io.crossplane.xpkg': 'base' } }] });
    } finally {
      server.kill();
    }
    expect(await once(server, 'close')).toEqual([0, null]);
  });

  test.each([
    { line: ['build', 'nothing', 'x.xpkg'], says: /<directory>: stat .*nothing: no such file or directory/ },
    {
      line: ['build', 'empty', 'x.xpkg'],
      says: /cannot build a package of .*empty: not exactly one package meta type/,
    },
    { line: ['push', 'localhost:1/a/b:v1', 'text'], says: /cannot read the package .*text: / },
    { line: ['push', 'squadkit', 'text'], says: /cannot push to "squadkit": / },
    {
      line: ['push', 'localhost:1/a/b:v1', 'packed.xpkg', 'packed.xpkg'],
      says: /cannot push to .*: of several files each must say/,
    },
    {
      line: ['image', 'x.tar', '--layer=empty', '--entrypoint=a', '--platform=a/b/c/d'],
      says: /cannot make an image for "a/,
    },
    {
      line: ['image', 'x.tar', '--layer=pipes', '--entrypoint=a', '--platform=linux/arm64'],
      says: /pipe is neither a file/,
    },
    { line: ['serve', '127.0.0.1:99999', 'empty'], says: /cannot listen on 127.0.0.1:99999: / },
    { line: ['pull'], says: /unexpected argument pull/ },
  ])('one sentence, and a status that is not 0: xpkg $line', ({ line, says }) => {
    mkdirSync(join(directory, 'empty'), { recursive: true });
    writeFileSync(join(directory, 'text'), 'text');
    if (line.includes('packed.xpkg')) pack();
    if (line.includes('--layer=pipes'))
      execFileSync('sh', ['-c', 'mkdir -p pipes && mkfifo pipes/pipe'], { cwd: directory });
    const { status, stdout, stderr } = xpkg(...line);

    expect(status).not.toBe(0);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^xpkg: error: [^\n]+\n$/);
    expect(stderr).toMatch(says);
  });
});
