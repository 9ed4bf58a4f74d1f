import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { bundle, commandLineEntries } from '../../package/build.ts';
import manifest from '../../package.json' with { type: 'json' };
import { type Host, startHost, variablesOf } from '../support/pull-request-host.ts';
import { exampleRepository, git, write } from '../support/squadkit.ts';

const pipelines = join(import.meta.dirname, '../../package/pipelines');
const directory = mkdtempSync(join(tmpdir(), 'squadkit-pipelines-'));
const tag = `v${manifest.version}`;
let squadkit: Buffer;
let host: Host;
let tree: string;

beforeAll(async () => {
  await bundle({ outputDirectory: directory, entries: commandLineEntries });
  squadkit = readFileSync(join(directory, 'squadkit.mjs'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

beforeEach(async () => {
  host = await startHost();
  const checksum = createHash('sha256').update(squadkit).digest('hex');
  host.files.set(`/${tag}/squadkit.mjs`, squadkit);
  host.files.set(`/${tag}/checksums.txt`, Buffer.from(`${checksum}  squadkit.mjs\n${checksum}  another.tgz\n`));
  tree = exampleRepository();
  // The host has the branch that is merged into as it was before the change.
  const origin = `${tree}.origin`;
  git(tree, 'clone', '-q', '--bare', tree, origin);
  git(tree, 'remote', 'add', 'origin', origin);
});
afterEach(() => host.end());

/** Commits a change to the examples, as a merge that a host has checked out. */
const change = (files: Record<string, string>) => {
  write(tree, files);
  git(tree, 'add', '-A');
  git(tree, 'commit', '-q', '-m', 'A change');
};
const billing = () => readFileSync(join(tree, 'squads/galaxy/billing.yaml'), 'utf8');

/** Runs a script as the host's own runner does, in the tree. */
const bash = (script: string, variables: Record<string, string>): Promise<{ status: number | null; said: string }> =>
  new Promise((resolve) => {
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
      cwd: tree,
      env: { PATH: process.env.PATH, HOME: directory, ...variables },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk;
      });
    }
    child.once('close', (status) => resolve({ status, said }));
  });

interface Action {
  inputs: Record<string, { default: string }>;
  runs: { steps: { if?: string; env: Record<string, string>; run: string }[] };
}

/** The steps of the action, one after the other until one fails; inputs as a squad gives them. */
const onGithub = async (given: Record<string, string>) => {
  const action = parse(readFileSync(join(pipelines, 'github/action.yaml'), 'utf8')) as Action;
  const inputs = Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [name, input.default]));
  const event = join(directory, 'event.json');
  writeFileSync(event, JSON.stringify({ pull_request: { number: 12 } }));
  const contexts: Record<string, string> = {
    'github.token': 'a-token',
    'github.action_path': join(pipelines, 'github'),
  };
  const filled = (text: string): string =>
    text.replaceAll(/\$\{\{ (\S+) \}\}/g, (_, name: string) =>
      filled(contexts[name] ?? all[name.replace('inputs.', '')] ?? ''),
    );
  const all: Record<string, string> = { ...inputs, releases: host.url, ...given };

  let said = '';
  for (const step of action.runs.steps) {
    expect(step.run).not.toContain('${{');
    if (step.if !== undefined) expect(step.if).toBe("inputs.codeowners != ''");
    if (step.if !== undefined && all.codeowners === '') continue;
    const { GITHUB_TOKEN: _token, ...environment } = variablesOf('github', host.url, event);
    const own = Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, filled(value)]));
    const ended = await bash(step.run, { RUNNER_TEMP: directory, ...environment, ...own });
    said += ended.said;
    if (ended.status !== 0) return { status: ended.status, said };
  }

  return { status: 0, said };
};

/** The job that a project of GitLab includes, with its inputs. */
const onGitlab = (given: Record<string, string>) => {
  const [head, body] = parseAllDocuments(readFileSync(join(pipelines, 'gitlab/plan.yaml'), 'utf8')).map((document) =>
    document.toJS(),
  ) as [{ spec: { inputs: Record<string, { default: string }> } }, Record<string, Job>];
  interface Job {
    variables: Record<string, string>;
    script: string[];
  }
  const defaults = Object.fromEntries(Object.entries(head.spec.inputs).map(([name, input]) => [name, input.default]));
  const inputs: Record<string, string> = { ...defaults, releases: host.url, ...given };
  const { variables, script } = Object.values(body)[0] as Job;
  const filled = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [
      name,
      value.replaceAll(/\$\[\[ inputs\.(\S+) \]\]/g, (_, input: string) => inputs[input] as string),
    ]),
  );

  return bash(script.join('\n'), {
    ...variablesOf('gitlab', host.url, ''),
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
    ...filled,
  });
};

describe.each([
  ['GitHub', onGithub, { codeowners: '' }],
  ['GitLab', onGitlab, {}],
] as const)('a few lines on %s', (_name, run, given) => {
  test('write the plan of a change, and then of the next in its place', async () => {
    change({ 'squads/galaxy/billing.yaml': billing().replace(/^metadata:/m, '# a word\nmetadata:') });
    expect(await run(given)).toMatchObject({ status: 0 });
    expect(host.comments).toMatchObject([{ body: expect.stringContaining('nothing changes') }]);

    change({ 'squads/galaxy/billing.yaml': billing().replace(/name: billing,/, 'name: paying,') });
    expect(await run(given)).toMatchObject({ status: 0 });
    expect(host.comments).toHaveLength(1);
    expect(host.comments[0]?.body).toContain('paying');
  });

  test('fail on what is refused, with the reason on the request', async () => {
    change({
      'squads/galaxy/billing.yaml': billing()
        .replace(/zone: \w+/, 'zone: nowhere')
        .replace(/frontier/g, 'nowhere'),
    });
    expect(await run(given)).toMatchObject({ status: 1 });
    expect(host.comments).toMatchObject([{ body: expect.stringContaining('nowhere') }]);
  });

  test('fail on a risk that was not to be, and only then', async () => {
    change({ 'squads/galaxy/billing.yaml': billing().replace(/name: billing,/, 'name: paying,') });
    expect(await run({ ...given, 'fail-on': 'careful' })).toMatchObject({ status: 3 });
    expect(host.comments).toHaveLength(1);
  });

  test('run nothing that is not what was released', async () => {
    change({ 'squads/galaxy/note.txt': 'a word' });
    host.files.set(`/${tag}/squadkit.mjs`, Buffer.from('console.log("another program ran")'));
    const { status, said } = await run(given);

    expect(status).not.toBe(0);
    expect(said).not.toContain('another program ran');
    expect(host.comments).toEqual([]);
  });

  test('run nothing of the tree, and nothing that an input says', async () => {
    change({ '.npmrc': 'registry=http://127.0.0.1:1/\n', 'node_modules/.bin/squadkit': '#!/bin/sh\ntouch ran\n' });
    await run({ ...given, platform: '$(touch ran); touch ran "' });

    expect(git(tree, 'status', '--porcelain').trim()).toBe('');
  });
});

test('the action looks at who owns what', async () => {
  change({ '.github/CODEOWNERS': '/squads/ @nobody\n' });
  const { status, said } = await onGithub({});

  expect(status).toBe(1);
  expect(said).toContain('CODEOWNERS');
  expect(host.comments).toEqual([]);
});

describe('after a merge', () => {
  /** The last step of the examples' workflow, with a `gh` that writes down what it is told, and a hub of that answer. */
  const merged = async (before: string, isReady: boolean) => {
    const workflow = parse(
      readFileSync(join(import.meta.dirname, '../../examples/.github/workflows/delivered.yaml'), 'utf8'),
    ) as { jobs: { delivered: { steps: { name?: string; run?: string; env?: Record<string, string> }[] } } };
    const { run = '', env = {} } = workflow.jobs.delivered.steps.find(({ name }) => name === 'Wait') ?? {};
    const runner = mkdtempSync(join(directory, 'runner-'));
    writeFileSync(join(runner, 'gh'), '#!/bin/sh\nprintf "%s\\n" "$*" >> "$RUNNER_TEMP/told"\n', { mode: 0o755 });
    // Only the hub is made up: the plan is the real one.
    const answer = isReady ? 'is Ready in frontier' : 'is refused: LimitExceeded';
    const wait = `console.log(process.argv[3] + ' ${answer}'); process.exit(${isReady ? 0 : 1});`;
    writeFileSync(
      join(runner, 'squadkit.mjs'),
      `if (process.argv[2] === 'wait') { ${wait} } else await import('${join(directory, 'squadkit.mjs')}');\n`,
    );
    writeFileSync(join(runner, 'told'), '');
    const { status, said } = await bash(run, {
      ...Object.fromEntries(Object.keys(env).map((name) => [name, name === 'BEFORE' ? before : name.toLowerCase()])),
      ...{ RUNNER_TEMP: runner, GITHUB_SHA: git(tree, 'rev-parse', 'HEAD').trim() },
      PATH: `${runner}:${process.env.PATH}`,
    });

    return { status, said, told: readFileSync(join(runner, 'told'), 'utf8').trim().split('\n') };
  };
  const head = () => git(tree, 'rev-parse', 'HEAD').trim();

  test.each([
    [true, 0, 'state=success -f context=squadkit/galaxy/billing -f description=galaxy/billing is Ready in frontier'],
    [
      false,
      1,
      'state=failure -f context=squadkit/galaxy/billing -f description=galaxy/billing is refused: LimitExceeded',
    ],
  ])('of several commits the commit says what became of each Service: Ready is %s', async (isReady, status, told) => {
    const before = head();
    change({
      'squads/galaxy/billing.yaml': billing().replace(
        'provider: kubernetes',
        'provider: kubernetes\n          kubernetes: { size: large }',
      ),
    });
    change({ 'squads/galaxy/README.md': 'Ours.\n' });

    expect(await merged(before, isReady)).toMatchObject({ status, told: [expect.stringContaining(told)] });
  });

  test('a tree that cannot be read is not green', async () => {
    const before = head();
    change({ 'squads/galaxy/billing.yaml': `${billing()}  spec: [` });

    expect(await merged(before, true)).toMatchObject({ status: 1, told: [''] });
  });

  test('nothing is said of what changes nothing', async () => {
    const before = head();
    change({ 'squads/galaxy/README.md': 'Ours.\n' });

    expect(await merged(before, true)).toMatchObject({ status: 0, told: [''] });
  });
});
