import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { changelogEntry, differingVersions } from '../../../package/release/versions.ts';
import manifest from '../../../package.json' with { type: 'json' };

const clone = join(import.meta.dirname, '../../..');

test('this clone says one version', () => {
  expect(differingVersions(clone)).toEqual([]);
});

describe('versions that differ', () => {
  let tree: string;
  beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), 'squadkit-release-'));
    writeFileSync(join(tree, 'package.json'), JSON.stringify({ version: '0.2.0' }));
    const dependsOn = [
      { kind: 'Provider', version: 'v1' },
      { kind: 'Function', version: 'v0.1.0' },
    ];
    mkdirSync(join(tree, 'package/install/packages'), { recursive: true });
    const images = 'package: ghcr.io/squadkit/squadkit:v0.2.0\npackage: ghcr.io/squadkit/function-squadkit:v0.2.0-rc\n';
    writeFileSync(join(tree, 'package/install/packages/packages.yaml'), images);
    mkdirSync(join(tree, 'package/install/hub'), { recursive: true });
    writeFileSync(join(tree, 'package/install/hub/janitor.yaml'), 'image: ghcr.io/squadkit/janitor:v0.2.0-rc\n');
    writeFileSync(join(tree, 'crossplane.yaml'), stringify({ spec: { dependsOn } }));
    const named = {
      'examples/.github/workflows/plan.yaml': '- uses: squadkit/squadkit/package/pipelines/github@v0.2.0\n',
      'examples/.github/workflows/delivered.yaml': '          release=https://host/releases/download/v0.2.0\n',
      'examples/.gitlab-ci.yml': '- remote: https://host/squadkit/v0.1.0/package/pipelines/gitlab/plan.yaml\n',
      'examples/.pre-commit-config.yaml': 'additional_dependencies: [squadkit@0.1.0]\n',
      'package/pipelines/gitlab/plan.yaml': 'default: v0.2.01\n',
    };
    for (const [file, text] of Object.entries(named)) {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      writeFileSync(join(tree, file), text);
    }
  });
  afterEach(() => rmSync(tree, { recursive: true }));

  test('are said, each in a sentence', () => {
    expect(differingVersions(tree, 'v0.3.0')).toEqual([
      'crossplane.yaml depends on the function v0.1.0, and package.json says 0.2.0: make them one',
      'package/install/packages/packages.yaml installs another function-squadkit than 0.2.0: name v0.2.0',
      'package/install/hub/janitor.yaml runs another janitor than 0.2.0: name v0.2.0',
      'examples/.gitlab-ci.yml names another release than 0.2.0: it should say /squadkit/v0.2.0/package/pipelines/gitlab/plan.yaml',
      'examples/.pre-commit-config.yaml names another release than 0.2.0: it should say [squadkit@0.2.0]',
      'package/pipelines/gitlab/plan.yaml names another release than 0.2.0: it should say default: v0.2.0',
      'the tag is v0.3.0, and package.json says 0.2.0: tag v0.2.0, or change package.json first',
    ]);
  });
});

describe('the entry of a changelog', () => {
  const changelog =
    '# Changelog\n\n## Unreleased\n\n## 0.2.0\n\n### Fixed\n\n- All.\n\n## 0.2.0.1\n\n- No.\n\n## v0.1.0 (2026)\n\n- First.\n';

  test.each([
    ['0.2.0', '### Fixed\n\n- All.\n'],
    ['0.1.0', '- First.\n'],
    ['Unreleased', undefined],
    ['0.3.0', undefined],
    ['0.2', undefined],
    ['0x2.0', undefined],
  ])('%s', (version, entry) => {
    expect(changelogEntry(changelog, version)).toBe(entry);
  });
});

interface Step {
  uses?: string;
  run?: string;
}
const workflows = readdirSync(join(clone, '.github/workflows')).map((name) => {
  const text = readFileSync(join(clone, '.github/workflows', name), 'utf8');
  const { jobs } = parse(text) as { jobs: Record<string, { steps: Step[]; permissions?: object }> };

  return { name, text, jobs: Object.values(jobs), steps: Object.values(jobs).flatMap(({ steps }) => steps) };
});

describe.each(workflows)('$name', ({ text, jobs, steps }) => {
  test('runs only commands that there are', () => {
    const commands = [...text.matchAll(/npm run (?:--\S+ )?([\w:-]+)/g)].map(([, name]) => name);
    const scripts = steps.flatMap(({ run }) => (run?.startsWith('.ci/') ? [run] : []));

    expect(commands.length + scripts.length).toBeGreaterThan(0);
    for (const command of commands) expect(Object.keys(manifest.scripts)).toContain(command);
    for (const script of scripts) expect(readFileSync(join(clone, script), 'utf8')).toMatch(/^#!/);
  });

  test('names every action by its commit', () => {
    for (const { uses } of steps) if (uses) expect(uses).toMatch(/@[0-9a-f]{40}$/);
  });

  test('puts no text of others into a command', () => {
    for (const { run } of steps) expect(run ?? '').not.toContain('$' + '{{');
  });

  test('gives rights to a job that builds nothing of others only', () => {
    expect(parse(text)).toMatchObject({ permissions: { contents: 'read' } });
    expect(jobs.filter(({ permissions }) => permissions).length).toBeLessThanOrEqual(1);
  });
});
