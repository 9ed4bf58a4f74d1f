import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { aquaAttacks } from '../attacks/aqua.ts';
import { type Attack, tryAttack } from '../attacks/attack.ts';
import { connectionAttacks } from '../attacks/connections.ts';
import { databaseAttacks } from '../attacks/database.ts';
import { hubAttacks } from '../attacks/hub.ts';
import { createWorld, type World } from '../attacks/world.ts';
import type { GuardRail } from './guard-rail.ts';
import { kubernetesGuardRails } from './kubernetes.ts';
import { postgresGuardRails } from './postgres.ts';

const attacks: Record<GuardRail['layer'], Attack[]> = {
  Kubernetes: [...hubAttacks, ...aquaAttacks],
  PostgreSQL: [...databaseAttacks, ...connectionAttacks],
};
const guardRails = [...kubernetesGuardRails, ...postgresGuardRails];
const report = join(import.meta.dirname, 'README.md');

/** The attacks among these that are not refused now. */
const notRefused = async (world: World, candidates: Attack[]): Promise<Attack[]> => {
  const noticed: Attack[] = [];
  for (const attack of candidates) if (!(await tryAttack(attack, world)).isRefused) noticed.push(attack);

  return noticed;
};

/** Runs again until the answer is as wanted: the API server takes a moment until a change of a policy counts. */
const until = async (attempt: () => Promise<Attack[]>, isWanted: (found: Attack[]) => boolean): Promise<Attack[]> => {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await attempt();
    if (isWanted(found) || Date.now() > deadline) return found;
    await sleep(500);
  }
};

/** What happens now when these are tried. */
const describe = async (world: World, open: Attack[]): Promise<string> => {
  const lines: string[] = [];
  for (const attack of open) lines.push(`${attack.actor}: ${attack.attempt}: ${(await tryAttack(attack, world)).said}`);

  return lines.join('; ');
};

/** Takes a guard rail away, counts who notices, puts it back, and makes sure that it holds again. */
const mutate = async (world: World, { layer, name, remove, restore }: GuardRail): Promise<Attack[]> => {
  const candidates = attacks[layer].filter(({ lasting }) => !lasting);
  let noticed: Attack[] = [];
  try {
    await remove(world);
    noticed = await until(
      () => notRefused(world, candidates),
      (found) => found.length > 0,
    );
  } finally {
    await restore(world);
  }
  const open = await until(
    () => notRefused(world, noticed),
    (found) => found.length === 0,
  );
  if (open.length > 0) throw new Error(`${name} does not hold again: ${await describe(world, open)}`);

  return noticed;
};

const row = ({ from, name }: GuardRail, noticed: Attack[]) => {
  const [first] = noticed;
  const example = first ? `${first.actor} could ${first.attempt}` : '**nobody**';

  return `| ${name} | ${from} | ${noticed.length} | ${example} |`;
};

/** The providers would put right at once what is taken away. */
const withoutProviders = async <T>(controlPlane: ControlPlane, action: () => Promise<T>): Promise<T> => {
  const providers = ['provider-sql', 'provider-kubernetes'];
  for (const name of providers) controlPlane.signal(name, 'SIGSTOP');
  try {
    return await action();
  } finally {
    for (const name of providers) controlPlane.signal(name, 'SIGCONT');
  }
};

const controlPlane = connectControlPlane();
const world = await createWorld(controlPlane);
const rows: string[] = [];
let unnoticed = 0;
try {
  const all = Object.values(attacks).flat();
  const open = await notRefused(world, all);
  if (open.length > 0) throw new Error(`not refused before anything is taken away: ${open[0]?.attempt}`);

  await withoutProviders(controlPlane, async () => {
    for (const guardRail of guardRails) {
      const noticed = await mutate(world, guardRail);
      if (noticed.length === 0) unnoticed += 1;
      rows.push(row(guardRail, noticed));
      console.log(rows.at(-1));
    }
  });
  const count = `${all.length} attempts are refused. Each of ${guardRails.length} guard rails was taken away in turn, and put back: ${guardRails.length - unnoticed} times at least one attempt was no longer refused.`;
  writeFileSync(
    report,
    `# What notices that a guard rail is gone\n\nMade by \`npm run test:cluster -- --mutate\` on the real control plane; do not edit.\n\n${count}\n\n| without | from | attempts that succeed | for example |\n|---|---|---|---|\n${rows.join('\n')}\n`,
  );
  console.log(count);
} finally {
  await world.close();
}
process.exitCode = unnoticed === 0 ? 0 : 1;
