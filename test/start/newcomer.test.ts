import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentProgress } from '../../package/tools/progress.ts';
import { buildTools } from '../../package/tools/tools.ts';
import { eventually } from '../cluster/support/eventually.ts';
import { repository } from '../control-plane/state.ts';

/** Where a newcomer clones what is delivered: the clone of Squadkit itself stays as it is. */
const directory = mkdtempSync(join(tmpdir(), 'squadkit-newcomer-'));
let started: ChildProcess;
let ended: Promise<number | null>;
let said = '';
let programs = '';

/** The one line that it prints which begins so, without the comment behind it. */
const printed = (beginning: string): string => {
  const found = said.split('\n').filter((line) => line.startsWith(`  ${beginning}`));
  expect(found, `what it prints has one line that begins with ${beginning}`).toHaveLength(1);

  return (found[0] ?? '').trim().replace(/ {2,}#.*$/, '');
};

/** As in another terminal, in the clone of Squadkit: what it says, or a rejection with that. */
const run = async (script: string): Promise<string> => {
  const identity = { NAME: 'Newcomer', EMAIL: 'newcomer@example.org' };
  const people = Object.entries(identity).flatMap(([key, value]) =>
    ['AUTHOR', 'COMMITTER'].map((who) => [`GIT_${who}_${key}`, value]),
  );
  const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
    cwd: repository,
    env: { ...process.env, ...Object.fromEntries(people), PATH: [programs, process.env.PATH].join(':') },
  });

  return `${stdout}${stderr}`;
};

/** Both kubeconfigs are in the text, the hub's first. */
const [hub, aqua] = [0, 1].map(
  (index) => () => said.match(/^ {2}export KUBECONFIG=.*$/gm)?.[index]?.trim() ?? 'false',
) as [() => string, () => string];

beforeAll(async () => {
  programs = dirname((await buildTools(silentProgress, ['node']))('node').binary('kubectl'));
  started = spawn('npm', ['start', '--', '--gitops'], { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] });
  ended = new Promise((resolve) => started.once('close', resolve));
  started.stdout?.setEncoding('utf8').on('data', (part: string) => {
    said += stripVTControlCharacters(part);
  });
  await eventually('it says what is next', async () => said.includes('ends everything.'), { seconds: 580 });
});

afterAll(async () => {
  await run('npm stop');
  rmSync(directory, { recursive: true, force: true });
});

test('what it printed leads from a clone to a change that is Ready', async () => {
  await run(printed('git clone').replace(' platform &&', ` ${directory}/platform &&`).replace('cd platform', 'true'));
  const [, file = '', component, field, value] =
    /^ {2}\$EDITOR (\S+) +# for example under (\w+): (\w+): (.*)$/m.exec(said) ?? [];
  const path = join(directory, 'platform', file);
  const before = readFileSync(path, 'utf8');
  const after = before.replace(
    new RegExp(`( +)- name: ${component}[^]*?provider: \\w+\\n`),
    (part, indentation) => `${part}${indentation}  ${field}: ${value}\n`,
  );
  expect(after).not.toBe(before);
  writeFileSync(path, after);
  await run(`cd ${directory}/platform && ${printed('git commit')}`);
  const secrets = printed('kubectl get all,secrets');
  const hasReader = async () => /spike\.readonly/.test(await run(`${aqua()}\n${secrets}`));
  await eventually('the new login lies on the cluster', hasReader, { seconds: 240 });
  const watch = printed('kubectl get services.squadkit.io -n galaxy').replace(' --watch', '');
  const isReady = async () =>
    /^billing +Accepted +Provisioned +Delivered +Nobody/m.test(await run(`${hub()}\n${watch}`));
  await eventually('it is Ready', isReady, { seconds: 120 });
  const kustomizations = printed('kubectl get kustomizations');
  const applied = async () => /^galaxy .*Applied revision: main@sha1:/m.test(await run(`${hub()}\n${kustomizations}`));

  await eventually('Flux has applied it', applied, { seconds: 120 });
});

test('what it prints of evidence holds, live', async () => {
  const evidence = printed('npx squadkit evidence').replace(' platform ', ` ${directory}/platform `);

  expect(await run(`${hub()}\n${evidence}`)).toContain('galaxy/billing');
});

test('whoever has its kubeconfig is refused: only what comes from Git passes', async () => {
  await expect(run(`${hub()}\nkubectl delete services.squadkit.io -n galaxy billing`)).rejects.toThrow(
    /commit it to Git/,
  );
});

test('npm stop ends it', async () => {
  await run('npm stop');

  expect(await ended).not.toBeNull();
});
