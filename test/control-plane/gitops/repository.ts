import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { ControlPlane } from '../control-plane.ts';
import { readExamples, withLiveValues } from '../examples.ts';
import { repository as clone } from '../state.ts';

/** A person's clone of a repository. */
export interface Checkout {
  directory: string;
  /** Runs Git in it, as a person who has a name; answers what it says. */
  git(...parameters: string[]): string;
  /** Writes files, by path; undefined removes one. */
  write(files: Record<string, string | undefined>): void;
  /** Commits everything as it is and pushes it; answers the commit. */
  push(message: string): string;
}

/** Git with the same settings on every machine. */
const gitIn = (directory: string, parameters: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...parameters], {
    cwd: directory,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: directory, GIT_CONFIG_NOSYSTEM: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

/** Makes an empty bare repository that takes pushes over HTTP. */
export const createRepository = (directory: string): void => {
  mkdirSync(directory, { recursive: true });
  gitIn(directory, ['init', '--quiet', '--bare', '--initial-branch=main']);
  gitIn(directory, ['config', 'http.receivepack', 'true']);
};

/** Clones a repository, which may be empty. */
export const checkout = (url: string, directory: string): Checkout => {
  mkdirSync(dirname(directory), { recursive: true });
  rmSync(directory, { recursive: true, force: true });
  gitIn(dirname(directory), ['clone', '--quiet', url, directory]);
  const git = (...parameters: string[]) => gitIn(directory, parameters);

  return {
    directory,
    git,
    write: (files) => {
      for (const [file, content] of Object.entries(files)) {
        const path = join(directory, file);
        if (content === undefined) {
          rmSync(path, { force: true });
          continue;
        }
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, content);
      }
    },
    push: (message) => {
      git('checkout', '--quiet', '-B', 'main');
      git('add', '--all');
      git('commit', '--quiet', '--allow-empty', '--message', message);
      git('push', '--quiet', 'origin', 'main');

      return git('rev-parse', 'HEAD');
    },
  };
};

/** Git has no empty folders: with this file in it, a squad's folder is there when its last Service goes. */
export const folderReadme = (squad: string): Record<string, string> => ({
  [`squads/${squad}/README.md`]: `Services of squad ${squad}. Leave this file here: without a file Git has no folder, and what was removed would live on.\n`,
});

/** The example platform repository, with the servers and clusters of this control plane. */
export const writeExamples = ({ directory, write }: Checkout, controlPlane: ControlPlane): void => {
  cpSync(join(clone, 'examples'), directory, { recursive: true });
  for (const zone of readExamples('platform/zones')) {
    write({ [`platform/zones/${zone.metadata.name}.yaml`]: stringify(withLiveValues(zone, controlPlane)) });
  }
};
