import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { type Attack, succeeded, tryAttack } from '../attacks/attack.ts';
import { kubernetesAttacks, postgresAttacks } from '../attacks/index.ts';
import { createWorld, type World } from '../attacks/world.ts';
import { guardRails } from './all.ts';
import type { GuardRail } from './guard-rail.ts';

const attacks: Record<GuardRail['layer'], Attack[]> = {
  Kubernetes: kubernetesAttacks,
  PostgreSQL: postgresAttacks,
};
const report = join(import.meta.dirname, 'README.md');

/** An attack that is not refused now, and what happened instead. */
interface Noticed {
  attack: Attack;
  said: string;
}

/** Something else may stop an attempt further on: that alone does not show that the guard rail is needed. */
const hasSucceeded = ({ said }: Noticed): boolean => said === succeeded;

/** The attacks among these that are not refused now. */
const notRefused = async (world: World, candidates: Attack[]): Promise<Noticed[]> => {
  const noticed: Noticed[] = [];
  for (const attack of candidates) {
    const { isRefused, said } = await tryAttack(attack, world);
    if (!isRefused) noticed.push({ attack, said });
  }

  return noticed;
};

/** The same, where those that disturb others are tried only when nothing else gets through. */
const noticing = async (world: World, candidates: Attack[]): Promise<Noticed[]> => {
  const found = await notRefused(
    world,
    candidates.filter(({ disturbing }) => !disturbing),
  );
  if (found.some(hasSucceeded)) return found;

  return notRefused(
    world,
    candidates.filter(({ disturbing }) => disturbing),
  );
};

/** So long an API server may go on as before when a policy's binding came or went; it looks every second. */
const settling = 2000;

/** Runs again until the answer is as wanted. */
const until = async (
  attempt: () => Promise<Noticed[]>,
  isWanted: (found: Noticed[]) => boolean,
): Promise<Noticed[]> => {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await attempt();
    if (isWanted(found) || Date.now() > deadline) return found;
    await sleep(500);
  }
};

const lineOf = ({ attack: { actor, attempt }, said }: Noticed): string => `${actor}: ${attempt}: ${said}`;

/** Takes a guard rail away, counts who notices, puts it back, and makes sure that it holds again. */
const mutate = async (world: World, { layer, name, remove, restore }: GuardRail): Promise<Noticed[]> => {
  const candidates = attacks[layer].filter(({ lasting }) => !lasting);
  let noticed: Noticed[] = [];
  try {
    await remove(world);
    await sleep(settling);
    noticed = await until(
      () => noticing(world, candidates),
      (found) => found.some(hasSucceeded),
    );
  } finally {
    await restore(world);
  }
  const again = noticed.map(({ attack }) => attack);
  const open = await until(
    () => notRefused(world, again),
    (found) => found.length === 0,
  );
  if (open.length > 0) throw new Error(`${name} does not hold again: ${open.map(lineOf).join('; ')}`);

  return noticed;
};

const row = ({ from, name }: GuardRail, noticed: Noticed[]) => {
  const one = noticed.find(hasSucceeded);
  const example = one ? `${one.attack.actor} could ${one.attack.attempt}` : '**nobody**';

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
  if (open.length > 0) throw new Error(`not refused before anything is taken away: ${open.map(lineOf).join('; ')}`);

  await withoutProviders(controlPlane, async () => {
    for (const guardRail of guardRails) {
      const noticed = await mutate(world, guardRail);
      if (!noticed.some(hasSucceeded)) unnoticed += 1;
      rows.push(row(guardRail, noticed));
      console.log([rows.at(-1), ...noticed.map((one) => `    ${lineOf(one)}`)].join('\n'));
    }
  });
  const count = `${all.length} attempts are refused. Each of ${guardRails.length} guard rails was taken away in turn, and put back: ${guardRails.length - unnoticed} times at least one attempt succeeded.`;
  writeFileSync(
    report,
    `# What notices that a guard rail is gone\n\nMade by \`npm run test:cluster -- --mutate\` on the real control plane; do not edit.\n\n${count}\n\n| without | from | attempts that get past | for example |\n|---|---|---|---|\n${rows.join('\n')}\n`,
  );
  console.log(count);
} finally {
  await world.close();
}
process.exitCode = unnoticed === 0 ? 0 : 1;
