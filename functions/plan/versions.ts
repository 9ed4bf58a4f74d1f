import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { wanted } from '../objects/difference.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import { outcomeOf } from '../simulation/outcome.ts';
import { type Problem, Unplannable } from '../tree/problem.ts';
import type { World } from '../tree/world.ts';
import type { OtherVersion } from './existing.ts';

/** One line of `squadkit resources`: a Service and what it is composed of, or nothing if it is refused. */
interface Line {
  service: string;
  resources: Record<string, KubernetesObject> | null;
}

/** The last line of `squadkit resources` when something is refused, which exits with 1 then: that all was told before. */
export interface LastLine {
  /** Documents that are refused, and problems of the tree. */
  refused: number;
}

/** The lines of `squadkit resources`: what this version makes of each Service of a tree, and why one is refused. */
export function* resourceLines(world: World): Generator<{ line: string; problem: Problem | undefined }> {
  // What is there may go on in closed zones.
  for (const [service, { object, file, positionOf }] of world.services) {
    const { refused, resources } = outcomeOf(object, world.open);
    const line: Line = {
      service,
      resources: refused
        ? null
        : Object.fromEntries(Object.entries(resources).map(([name, resource]) => [name, wanted(resource)])),
    };
    const problem = refused && { file, ...positionOf(refused.path), message: refused.message };
    yield { line: `${JSON.stringify(line)}\n`, problem };
  }
}

/**
 * What another bundle of Squadkit makes of the same tree: runs it, and reads line by line.
 *
 * @throws Unplannable if it is not one that can tell
 */
export const resourcesOfVersion = async (bundle: string, args: string[]): Promise<OtherVersion> => {
  if (!existsSync(bundle)) throw new Unplannable(`${bundle} does not exist: name another version's squadkit.mjs`);
  const child = spawn(process.execPath, [bundle, 'resources', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));

  const resources: OtherVersion = new Map();
  let isWhole = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const { service, resources: composed, refused } = parsed(line) ?? {};
    if (refused !== undefined) isWhole = true;
    if (service === undefined) continue;
    if (composed) resources.set(service, composed);
  }
  const status = await ended;
  // It also answers 1 when it has told all, and refused something.
  const isAnswer = status === 0 || (status === 1 && isWhole);
  if (!isAnswer) {
    const lines = errors.join('').trim().split('\n');
    const first = lines.find((line) => /^(squadkit|\w*error):/i.test(line)) ?? lines[0] ?? '';
    throw new Unplannable(`cannot ask ${bundle} what it makes of this tree: ${first}`);
  }

  return resources;
};

const parsed = (line: string): (Partial<Line> & Partial<LastLine>) | undefined => {
  try {
    return JSON.parse(line) as Line & LastLine;
  } catch {
    return undefined;
  }
};
