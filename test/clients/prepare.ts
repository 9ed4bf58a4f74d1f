import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Language } from './client.ts';

const run = promisify(execFile);

/** Outside the clone, so that clones share it: SQUADKIT_CACHE, or squadkit in XDG_CACHE_HOME or in ~/.cache. */
const cache = join(
  process.env.SQUADKIT_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'squadkit'),
  'clients',
);

const commands: Record<Language, string[][]> = {
  shell: [],
  node: [['npm', 'ci', '--no-audit', '--no-fund', '--silent']],
  python: [
    ['python3', '-m', 'venv', 'venv'],
    ['venv/bin/pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', 'requirements.txt'],
  ],
  go: [['go', 'build', '-mod=readonly', '-o', 'bin/', './...']],
  java: [
    ['mvn', '-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'],
    ['sh', '-c', 'javac -cp "lib/*" -d classes $(ls *.java)'],
  ],
};

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(join(folder, file)).isFile())
    .sort();

/**
 * A copy of a client's folder with its dependencies, at the versions that its lock file says. It is made once for what is
 * in the folder.
 *
 * @throws Error of the tool that could not install them
 */
export const prepared = async (name: string, language: Language): Promise<string> => {
  const source = join(import.meta.dirname, name);
  const hash = createHash('sha256');
  for (const file of filesIn(source)) hash.update(`${file}\n`).update(readFileSync(join(source, file)));
  const folder = join(cache, `${name.replaceAll('/', '-')}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(folder)) return folder;

  // What went wrong leaves no folder of that name. venv/bin/python itself is found wherever the folder lies.
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  cpSync(source, unfinished, { recursive: true });
  for (const [command = '', ...rest] of commands[language]) {
    await run(command, rest, { cwd: unfinished, timeout: 600_000, maxBuffer: 16 * 1024 * 1024 });
  }
  renameSync(unfinished, folder);

  return folder;
};

/** How a program of a client is started in its prepared folder. */
export const commandOf = (language: Language, program: string): string[] =>
  ({
    shell: ['sh', program],
    node: [process.execPath, program],
    python: ['venv/bin/python', program],
    go: [`bin/${program.replace(/\/main\.go$/, '')}`],
    java: ['java', '-XX:TieredStopAtLevel=1', '-cp', 'classes:lib/*', program.replace(/\.java$/, '')],
  })[language];
