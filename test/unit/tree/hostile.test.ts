import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { temporaryDirectory } from '../../support/folder.ts';
import { exampleFile, exampleRepository, exampleTree, git, squadkit, write } from '../../support/squadkit.ts';

/** A program that leaves a trace; whoever runs it has run what a tree told it to. */
const program = (): { path: string; hasRun: () => boolean } => {
  const directory = temporaryDirectory();
  const [path, trace] = [join(directory, 'program'), join(directory, 'trace')];
  writeFileSync(path, `#!/bin/sh\necho ran >> '${trace}'\n`);
  chmodSync(path, 0o755);

  return { path, hasRun: () => existsSync(trace) };
};

/** Settings of Git that name a program, or another repository to fetch from. */
const settings: Record<string, (path: string) => string> = {
  fsmonitor: (path) => `[core]\n\tfsmonitor = ${path}\n`,
  hooks: (path) => `[core]\n\thooksPath = ${join(path, '..')}\n`,
  pager: (path) => `[core]\n\tpager = ${path}\n[pager]\n\tlog = ${path}\n\tls-tree = ${path}\n`,
  'external diff': (path) => `[diff]\n\texternal = ${path}\n[diff "yaml"]\n\tcommand = ${path}\n\ttextconv = ${path}\n`,
  filter: (path) => `[filter "yaml"]\n\tclean = ${path}\n\tsmudge = ${path}\n\tprocess = ${path}\n\trequired = true\n`,
  'signature program': (path) => `[gpg]\n\tprogram = ${path}\n[log]\n\tshowSignature = true\n`,
  'programs of each kind of signature': (path) =>
    `[gpg "openpgp"]\n\tprogram = ${path}\n[gpg "x509"]\n\tprogram = ${path}\n[gpg "ssh"]\n\tprogram = ${path}\n\tallowedSignersFile = ${path}\n\tdefaultKeyCommand = ${path}\n`,
  'programs of trailers, editors and helpers': (path) =>
    `[trailer "sign"]\n\tcommand = ${path}\n\tcmd = ${path}\n[core]\n\teditor = ${path}\n[credential]\n\thelper = ${path}\n[interactive]\n\tdiffFilter = ${path}\n[merge "yaml"]\n\tdriver = ${path}\n[uploadpack]\n\tpackObjectsHook = ${path}\n[alias]\n\tlog = !${path}\n\tls-tree = !${path}\n\trev-parse = !${path}\n`,
  'promised objects': (path) =>
    `[extensions]\n\tpartialClone = origin\n[remote "origin"]\n\tpromisor = true\n\turl = ext::${path}\n[protocol "ext"]\n\tallow = always\n`,
  'ssh command': (path) =>
    `[core]\n\tsshCommand = ${path}\n[remote "origin"]\n\tpromisor = true\n\turl = ssh://there/x\n`,
  'alternate refs': (path) => `[core]\n\talternateRefsCommand = ${path}\n\tgitProxy = ${path}\n\taskPass = ${path}\n`,
};

/** Everything that a person runs on a tree, on the whole of it and on the squad's folder alone. */
const commands: Record<string, (tree: string) => string[]> = {
  plan: (tree) => ['plan', tree],
  'plan with a base': (tree) => ['plan', tree, '--base', 'HEAD'],
  "plan of the squad's folder": (tree) => [
    'plan',
    join(tree, 'squads/galaxy'),
    '--platform',
    join(tree, 'platform'),
    '--base',
    'HEAD',
  ],
  validate: (tree) => ['validate', tree],
  evidence: (tree) => ['evidence', 'galaxy/billing', tree],
  "evidence from the squad's folder": (tree) => [
    'evidence',
    'galaxy/billing',
    join(tree, 'squads/galaxy'),
    '--platform',
    join(tree, 'platform'),
  ],
  codeowners: (tree) => ['codeowners', tree],
  resources: (tree) => ['resources', join(tree, 'squads/galaxy'), '--platform', join(tree, 'platform'), '--at', 'HEAD'],
  'plan of what somebody rendered': (tree) => ['plan', tree, '--base', 'HEAD', '--rendered', join(tree, 'squads')],
  // Nobody answers there: what is waited for is read from the tree before.
  wait: (tree) => ['wait', 'galaxy/billing', tree, '--timeout', '1s', '--kubeconfig', nobodyAnswers],
};
const nobodyAnswers = join(temporaryDirectory(), 'kubeconfig');
write(join(nobodyAnswers, '..'), {
  kubeconfig: stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'a' },
    clusters: [{ name: 'a', cluster: { server: 'https://127.0.0.1:9' } }],
    users: [{ name: 'a', user: { token: 'none' } }],
    contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
  }),
});

afterAll(() => {
  const [of, by] = [Object.keys(settings).length, Object.keys(commands).length];
  console.log(`${of} settings x ${by} commands x a repository inside or the tree's own = ${2 * of * by} cases`);
});

/** A squad's folder that is a repository as well, committed file by file, with settings and a history of its own. */
const withRepositoryInside = (setting: string): string => {
  const tree = exampleRepository();
  const forged = exampleRepository();
  git(forged, 'commit', '-q', '--allow-empty', '-m', 'Approved by everybody');
  const folder = join(tree, 'squads/galaxy');
  for (const name of ['HEAD', 'objects', 'refs', 'index']) {
    cpSync(join(forged, '.git', name), join(folder, name), { recursive: true });
  }
  write(folder, {
    config: `[core]\n\trepositoryformatversion = 1\n\tbare = false\n\tworktree = .\n${setting}`,
    'refs/keep': '',
    '.gitattributes': '*.yaml filter=yaml diff=yaml\n',
  });
  git(tree, 'add', '-A');
  git(tree, 'commit', '-q', '-m', 'Some files');

  return tree;
};

test('what is tried here works on Git as it comes: it believes the history, and runs the program', () => {
  const { path, hasRun } = program();
  const folder = join(withRepositoryInside(settings.fsmonitor?.(path) ?? ''), 'squads/galaxy');
  const plain = (...args: string[]) => spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' }).stdout;

  expect(plain('log', '--format=%s')).toContain('Approved by everybody');
  plain('status');
  expect(hasRun()).toBe(true);
});

describe.each(Object.keys(settings))('a squad commits a repository with: %s', (name) => {
  const { path, hasRun } = program();
  let tree = '';
  beforeAll(() => {
    tree = withRepositoryInside(settings[name]?.(path) ?? '');
  });

  test.each(Object.keys(commands))('%s runs nothing, and believes none of it', async (command) => {
    const { out, error } = await squadkit(commands[command]?.(tree) ?? []);

    expect(hasRun()).toBe(false);
    expect(out + error).not.toContain('Approved by everybody');
  });
});

/** As each kind of signature begins and ends, by which Git chooses the program that judges it. */
const signatures = ['PGP SIGNATURE', 'SIGNED MESSAGE', 'SSH SIGNATURE'].map(
  (kind) => `-----BEGIN ${kind}-----\n \n c2lnbmVk\n -----END ${kind}-----`,
);

/** A repository that somebody else has unpacked or cloned: what its own configuration says, with a commit of each signature. */
const withConfiguration = (setting: string): string => {
  const tree = exampleRepository();
  for (const [index, signature] of signatures.entries()) {
    const file = join(tree, 'squads/galaxy/billing.yaml');
    writeFileSync(file, `${readFileSync(file, 'utf8')}# ${index}\n`);
    git(tree, 'commit', '-q', '-a', '-m', `Signed ${index}\n\nSign: somebody`);
    const commit = git(tree, 'cat-file', 'commit', 'HEAD');
    const signed = commit.replace('\n\n', `\ngpgsig ${signature}\n\n`);
    const { stdout } = spawnSync('git', ['-C', tree, 'hash-object', '-t', 'commit', '-w', '--stdin'], {
      input: signed,
    });
    git(tree, 'reset', '-q', '--soft', stdout.toString().trim());
  }
  const config = join(tree, '.git/config');
  writeFileSync(config, `${readFileSync(config, 'utf8')}${setting}`);
  write(tree, { '.git/info/attributes': '*.yaml filter=yaml diff=yaml merge=yaml\n' });

  return tree;
};

test('what is tried there works on Git as it comes: it asks the program about the signature', () => {
  const { path, hasRun } = program();
  const tree = withConfiguration(settings['signature program']?.(path) ?? '');
  spawnSync('git', ['-C', tree, 'log', '--format=%G?']);

  expect(hasRun()).toBe(true);
});

describe.each(Object.keys(settings))('a repository has in its own configuration: %s', (name) => {
  const { path, hasRun } = program();
  let tree = '';
  beforeAll(() => {
    tree = withConfiguration(settings[name]?.(path) ?? '');
  });

  test.each(Object.keys(commands))('%s runs nothing', async (command) => {
    await squadkit(commands[command]?.(tree) ?? []);

    expect(hasRun()).toBe(false);
  });
});

/** File names that would be more than names where they are shown. */
const names = [
  'a\n::error::b.yaml',
  '::set-output name=plan::b.yaml',
  '##[error]b.yaml',
  '##vso[task.complete]b.yaml',
  'a\u001b[2Jb.yaml',
  'a\u202eb.yaml',
  'a\u2028::error::b.yaml',
  'a\r* @eve.yaml',
  'a\u00a0b.yaml',
  'a\u2003b.yaml',
  'a\u3000b.yaml',
  'a\u2029b.yaml',
  'a\u200bb.yaml',
  'a\ufeffb.yaml',
  'a\u00adb.yaml',
  'a\u2066b.yaml',
];

describe.each(names)('a file of the name %j', (name) => {
  const broken = (): string =>
    exampleTree({ [`squads/galaxy/${name}`]: 'kind: [', [name]: 'apiVersion: squadkit.io/x: y\n' });

  test.each([
    ['validate'],
    ['validate', '--format', 'json'],
    ['plan'],
    ['plan', '--format', 'markdown'],
    ['plan', '--format', 'json'],
    ['codeowners'],
    ['evidence', 'galaxy/billing'],
  ])('gives no order in %s %s', async (command, ...args) => {
    const tree = broken();
    const given = command === 'evidence' ? [command, ...args, tree] : [command, tree, ...args];
    const { status, out, error } = await squadkit(given);
    const lines = (out + error).split('\n');

    expect(status).toBe(1);
    expect(lines.filter((line) => /^\s*::/.test(line) || /##\w*\[/.test(line))).toEqual([]);
    expect(
      lines.filter((line) => /(?! )[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Zs}]/u.test(line.replaceAll(/[@:]\u200b/g, ''))),
    ).toEqual([]);
  });
});

test.each([['validate'], ['plan'], ['codeowners'], ['evidence', 'galaxy/billing'], ['resources']])(
  'a name that is not UTF-8 is a problem, and ends nothing with a stack: %s',
  async (command, ...args) => {
    const tree = exampleTree();
    const folder = Buffer.from(join(tree, 'squads/galaxy/'));
    writeFileSync(Buffer.concat([folder, Buffer.from([0x62, 0xff]), Buffer.from('\n::error::a.yaml')]), 'x: 1\n');
    writeFileSync(Buffer.concat([folder, Buffer.from([0x63, 0xe9]), Buffer.from('.png')]), 'a picture');
    const { status, out, error } = await squadkit([command, ...args, tree]);

    if (command !== 'resources') {
      expect(status).toBe(1);
      expect(error).toContain('this name is not text in UTF-8, so what it names cannot be read: rename it');
    }
    expect(error).not.toContain('.png');
    expect((out + error).split('\n').filter((line) => /^\s*(::|at )/.test(line))).toEqual([]);
  },
);

test('CODEOWNERS cannot name a file of such a name, and nobody becomes an owner by it', async () => {
  const ledger = exampleFile('squads/galaxy/billing.yaml').replace('name: billing', 'name: ledger');
  const { status, error } = await squadkit(['codeowners', exampleTree({ 'more/a\n* @eve\n.yaml': ledger })]);

  expect(status).toBe(1);
  expect(error).toContain('has a line end or another control character in its name: rename it');
  expect(error).not.toContain('\n* @eve');
});

test.each(['pl\u202eay', 'a\u2028b', 'a\u00a0b', 'a\u200bb', 'm\\', '\\a', 'a\\b'])(
  'CODEOWNERS names no file or folder called %j, of a squad or of the platform: it is told, and not shown as it is',
  async (name) => {
    const ledger = exampleFile('squads/galaxy/billing.yaml').replace('name: billing', 'name: ledger');
    const meadow = exampleFile('platform/zones/meadow.yaml');
    const trees = [
      { [`more/${name}.yaml`]: ledger },
      { [`more/${name}/a.yaml`]: ledger },
      { [`zones/${name}.yaml`]: meadow, 'platform/zones/meadow.yaml': null },
      { [`zones/${name}/a.yaml`]: meadow, 'platform/zones/meadow.yaml': null },
    ];
    for (const tree of trees) {
      const { status, out, error } = await squadkit(['codeowners', exampleTree(tree)]);

      expect(status).toBe(1);
      expect(out).toBe('');
      expect(error).toMatch(/in its name.*: rename it/);
      expect(error).not.toMatch(/(?! )[\p{Cf}\p{Zl}\p{Zp}\p{Zs}]/u);
    }
  },
);

test('what was not fetched is not fetched, and the plan says so instead of calling everything new', async () => {
  const tree = exampleRepository();
  const clone = join(temporaryDirectory(), 'clone');
  git(tree, 'config', 'uploadpack.allowFilter', 'true');
  git(tree, 'clone', '-q', '--filter=blob:none', '--no-checkout', `file://${tree}`, clone);
  cpSync(tree, clone, { recursive: true, filter: (path) => !path.includes('.git/') && !path.endsWith('.git') });
  const { status, error } = await squadkit(['plan', clone, '--base', 'HEAD']);

  expect(status).toBe(1);
  expect(error).toMatch(/cannot read the files of commit \w{7}: they were not fetched; fetch them first/);
});
