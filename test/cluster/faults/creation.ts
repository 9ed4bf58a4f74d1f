import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';

import { eventually } from '../support/eventually.ts';
import { asSuperuser, type Fault, kill, startAll, wave } from './scene.ts';

/** Waves of the creation of the seed's example, each by how many resources there are when it has begun. */
const waves = [1, 6, 12, 18, 21];

const outage = (minutes: number): string => (minutes === 1 ? 'for a minute' : `for ${minutes} minutes`);

/** The function dies when each wave begins, and is back two seconds later. */
export const functionKilledAtEachWave: Fault = {
  name: 'creation: function killed at each of five waves',
  strike: async (scene) => {
    for (const resources of waves) {
      await wave(scene, resources);
      await kill(scene, 'function');
      await sleep(2000);
      await startAll(scene);
    }
  },
};

/** Everything of the hub dies at once, and what it manages aqua with. */
export const killedMeanwhile = (resources: number, ...names: string[]): Fault => ({
  name: `creation: ${names.join(', ')} killed at ${resources} resources`,
  strike: async (scene) => {
    await wave(scene, resources);
    await kill(scene, ...names);
    await sleep(2000);
  },
});

/** Something is away for minutes: long enough for providers to wait long between two tries. */
export const awayMeanwhile = (resources: number, minutes: number, ...names: string[]): Fault => ({
  name: `creation: ${names.join(', ')} down ${outage(minutes)} from ${resources} resources on`,
  strike: async (scene) => {
    await wave(scene, resources);
    await kill(scene, ...names);
    await sleep(minutes * 60_000);
  },
});

const catalogs = { Role: 'pg_authid', Database: 'pg_database' };

/**
 * provider-sql dies while PostgreSQL is creating something: between the two annotations that say that a creation has
 * begun, and how it ended. A lock on the catalog makes that moment longer. In the end the statement either
 * came true without anybody knowing, or it did not.
 */
export const providerDiesWhileItCreates = (kind: 'Role' | 'Database', outcome: 'came true' | 'did not'): Fault => {
  const waiting = `SELECT pid FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND query LIKE 'CREATE ${kind.toUpperCase()}%'`;
  let lock: Client | undefined;
  let watcher: Client | undefined;

  return {
    name: `creation: provider-sql killed while it creates a ${kind}, which ${outcome}`,
    brace: async ({ controlPlane }) => {
      [lock, watcher] = await Promise.all([controlPlane.postgres.connect(), controlPlane.postgres.connect()]);
      await lock.query('BEGIN');
      await lock.query(`LOCK TABLE ${catalogs[kind]} IN SHARE MODE`);
    },
    strike: async (scene) => {
      // It waits for a second only, the administrator's lock_timeout: so everything that follows is ready beforehand.
      const isWaiting = async () => ((await watcher?.query(waiting))?.rowCount ?? 0) > 0;
      await eventually('a creation waits for the lock', isWaiting, { interval: 20 });
      await kill(scene, 'provider-sql');
      if (outcome === 'did not') await watcher?.query(`SELECT pg_terminate_backend(pid) FROM (${waiting}) AS them`);
      await lock?.query('ROLLBACK');
      await Promise.all([lock?.end(), watcher?.end()]);
      await eventually('nobody waits any more', async () => (await asSuperuser(scene, waiting)).length === 0);
    },
  };
};
