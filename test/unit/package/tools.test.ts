import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { NoToolchain } from '../../../package/tools/go.ts';
import type { Progress } from '../../../package/tools/progress.ts';
import { argocdTools, buildTools, gitopsTools, installTools, monitoringTools } from '../../../package/tools/tools.ts';

/**
 * Stands for Go: writes when the build of which tool starts and ends, and fails for the tool in FAKE_GO_FAILS. That of
 * Kubernetes ends only after that of Crossplane has started.
 */
const fakeGo = `#!/bin/sh
tool=$(basename "$PWD")
case "$1" in
  version)
    [ -n "$FAKE_GO_OFFLINE" ] && echo "go: downloading $GOTOOLCHAIN" >&2 && echo "go: no route to host" >&2 && exit 1
    echo "go version $GOTOOLCHAIN linux/amd64" ;;
  env) echo "\${FAKE_GO_VERSION:-go1.99.0}" ;;
  list) echo "{\\"Dir\\": \\"$FAKE_GO/module\\"}" ;;
  install)
    echo "start $tool$GOTOOLCHAIN" >> "$FAKE_GO/log"
    [ "$tool" = kubernetes ] && timeout 20 sh -c 'until grep -q "start crossplane" "$FAKE_GO/log"; do sleep 0.05; done'
    [ "$tool" = "$FAKE_GO_FAILS" ] && echo "$tool does not compile" >&2 && exit 1
    mkdir -p "$GOBIN" && echo "end $tool" >> "$FAKE_GO/log" ;;
esac
`;

let directory: string;
let said: string[];
const progress: Progress = {
  step: async (name, work, options) => {
    said.push(`${name.split(' ')[0]}: ${options?.announce}`);

    return work();
  },
  note: (text) => said.push(text.trim()),
};
const log = () => readFileSync(join(directory, 'log'), 'utf8').trim().split('\n');

beforeEach(() => {
  said = [];
  directory = mkdtempSync(join(tmpdir(), 'squadkit-tools-'));
  writeFileSync(join(directory, 'go'), fakeGo, { mode: 0o755 });
  const crossplane = ['package', 'cluster/crds', 'cluster/webhookconfigurations', 'cluster/charts/crossplane'];
  for (const needed of [...crossplane, 'hack', 'manifests/base', 'manifests/cluster-rbac', 'manifests/crds']) {
    mkdirSync(join(directory, 'module', needed), { recursive: true });
  }
  vi.stubEnv('PATH', `${directory}${delimiter}${process.env.PATH}`);
  vi.stubEnv('FAKE_GO', directory);
  vi.stubEnv('GOTOOLCHAIN', '');
  vi.stubEnv('SQUADKIT_CACHE', join(directory, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

test('builds the first alone and then two at a time, and says how long all of it takes', async () => {
  const tool = await buildTools(progress);
  const lines = log();

  expect(lines.slice(0, 2)).toEqual(['start etcd', 'end etcd']);
  expect(lines).toHaveLength(10);
  expect(lines.indexOf('end kubernetes')).toBeGreaterThan(lines.indexOf('start crossplane'));
  expect(said).toEqual([
    '5 to build from source: about 10 min on 2 cores, only once',
    'etcd: building 1 of 5',
    'kubernetes: building 2 of 5',
    'crossplane: building 3 of 5',
    'provider-kubernetes: building 4 of 5',
    'provider-sql: building 5 of 5',
  ]);
  expect(readdirSync(join(tool('etcd').binary('server'), '../..'))).toEqual(['bin']);
  expect(readdirSync(tool('crossplane').directory('cluster'))).toEqual(['charts', 'crds', 'webhookconfigurations']);
});

test('builds nothing a second time, and then needs no Go', async () => {
  await buildTools(progress);
  vi.stubEnv('PATH', '/nowhere');
  said = [];
  await buildTools(progress);

  expect(said).toEqual([]);
  expect(log()).toHaveLength(10);
});

test('a build that fails says what the compiler said, and leaves nothing in the cache', async () => {
  vi.stubEnv('FAKE_GO_FAILS', 'etcd');

  await expect(buildTools(progress, ['etcd'])).rejects.toThrow(/"go install" in .*etcd:\netcd does not compile$/);
  expect(readdirSync(join(directory, 'cache/tools/etcd'))).toEqual([]);
});

test.each([
  { what: 'is too old', version: 'go1.20.0', path: undefined, says: /"go" in PATH is 1\.20\.0/ },
  { what: 'is missing', version: '', path: '/nowhere', says: /there is no "go" in PATH/ },
])('says in one sentence that Go $what', async ({ version, path, says }) => {
  vi.stubEnv('FAKE_GO_VERSION', version);
  if (path) vi.stubEnv('PATH', path);

  await expect(buildTools(progress)).rejects.toThrow(says);
});

describe('a tool that names another line of Go than the one in PATH', () => {
  test('is built by that one, which Go gets itself, however this machine is set', async () => {
    vi.stubEnv('FAKE_GO_VERSION', 'go1.26.8');
    vi.stubEnv('GOTOOLCHAIN', 'local');
    await buildTools(progress, ['argo-cd']);

    expect(log()).toEqual(['start argo-cdgo1.27.3', 'end argo-cd']);
  });

  test.each([
    {
      what: 'cannot be had',
      offline: 'yes',
      path: undefined,
      says: '"go" in PATH could not get it: go: no route to host',
    },
    { what: 'cannot even be asked for', offline: '', path: '/nowhere', says: 'there is no "go" in PATH' },
  ])('says in one sentence that it $what', async ({ offline, path, says }) => {
    vi.stubEnv('FAKE_GO_OFFLINE', offline);
    if (path) vi.stubEnv('PATH', path);

    await expect(buildTools(progress, ['argo-cd'])).rejects.toEqual(
      new NoToolchain(`go1.27.3 is needed to build argo-cd, and ${says}`),
    );
  });

  test('is built for its own suite only', async () => {
    await buildTools(progress);

    expect(log().join()).not.toContain('argo-cd');
    expect([...gitopsTools, ...monitoringTools, ...installTools]).not.toContain('argo-cd');
    expect(argocdTools).toContain('argo-cd');
  });
});
