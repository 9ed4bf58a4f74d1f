import { realpathSync } from 'node:fs';
import { expect, test } from 'vitest';
import manifest from '../../../package.json' with { type: 'json' };

const major = (version: string) => version.split('.')[0];
const pinned = Object.entries(manifest.optionalDependencies).filter(([name]) => name.startsWith('node-'));

test('every package that brings Node has the same major version, and so do its types', () => {
  const versions = [...pinned.map(([, version]) => version), manifest.devDependencies['@types/node']];

  expect(new Set(versions.map(major))).toEqual(new Set(['24']));
});

test('scripts run on the Node that npm ci has brought, whichever has started npm', () => {
  const [name, version] =
    pinned.find(([name]) => name.endsWith(`${process.platform}-${process.arch}`)) ??
    expect.fail('none for this machine');

  expect(process.versions.node).toBe(version);
  expect(realpathSync(process.execPath)).toContain(`/node_modules/${name}/`);
});
