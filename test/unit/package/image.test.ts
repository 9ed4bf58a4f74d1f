import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { debianFile } from '../../../package/image/debian.ts';
import { architectures, pinned, pinnedNode, readLock } from '../../../package/image/lock.ts';
import { specifications } from '../../../package/image/specification.ts';
import { billOfMaterials } from '../../../package/sbom.ts';
import manifest from '../../../package.json' with { type: 'json' };

const needed = [...new Set(Object.values(specifications).flatMap(({ debian }) => Object.keys(debian)))].sort();

test.each(architectures)('the lock has exactly what the images for %s need, each with the hash of its file', (of) => {
  expect(Object.keys(readLock().packages[of])).toEqual(needed);
  for (const name of needed) {
    expect(pinned(name, of)).toEqual({
      version: expect.stringMatching(/^\d\S+$/),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  }
});

test.each(architectures)('Node for %s is the one that scripts run on', (of) => {
  const { name, version, integrity } = pinnedNode(of);

  expect(manifest.optionalDependencies).toMatchObject({ [name]: version });
  expect(integrity).toMatch(/^sha512-/);
});

describe('a file in the cache that is not the pinned one', () => {
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'squadkit-image-test-'));
    vi.stubEnv('SQUADKIT_CACHE', cache);
    mkdirSync(join(cache, 'image/debian'), { recursive: true });
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(cache, { recursive: true });
  });

  test('is refused and removed', async () => {
    const own = pinned('zlib1g', 'arm64');
    const file = `zlib1g_${own.version.replaceAll(':', '%3a')}_arm64.deb`;
    writeFileSync(join(cache, 'image/debian', file), 'another');

    await expect(debianFile('zlib1g', own, 'arm64')).rejects.toThrow(/zlib1g.* is not what .*: its sha256 is/);
    expect(readdirSync(join(cache, 'image/debian'))).toEqual([]);
  });
});

test('a bill of materials writes names as package URLs do, and is valid', async () => {
  const text = billOfMaterials({
    name: 'squadkit',
    version: '1.0.0',
    inside: [
      { ecosystem: 'npm', name: '@bufbuild/protobuf', version: '2.17.0', licence: '(Apache-2.0 AND BSD-3-Clause)' },
      {
        ecosystem: 'deb/debian',
        name: 'libstdc++6',
        version: '1:12.2',
        qualifiers: { arch: 'arm64' },
        sha256: '0'.repeat(64),
      },
    ],
  });
  const { components } = JSON.parse(text) as { components: { purl: string }[] };

  expect(components.map(({ purl }) => purl)).toEqual([
    'pkg:deb/debian/libstdc%2B%2B6@1%3A12.2?arch=arm64',
    'pkg:npm/%40bufbuild/protobuf@2.17.0',
  ]);
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
});
