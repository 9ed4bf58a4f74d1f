import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { type DrillScene, expectUnproven, openDrillScene, processIn } from './drill-scene.ts';
import { forgerIn, type Parts } from './forge.ts';
import { passageTo } from './passage.ts';

let scene: DrillScene;
let forger: ReturnType<typeof forgerIn>;
let [slow, busy]: [string, string] = [] as never;
const ledger = 'main/frontier.spike/galaxy/ledger';

beforeAll(async () => {
  scene = await openDrillScene();
  forger = forgerIn(scene);
  await forger.partsOf(ledger);
  const parts: Parts = await forger.partsOf('main/frontier.spike/galaxy/billing');
  const body = (text: string) =>
    `CREATE OR REPLACE FUNCTION app.f(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$BEGIN ${text} RETURN n; END$$`;
  const calling = async (service: string, text: string) => {
    const dump = await forger.dumpAfter('galaxy_billing', [
      ...['CREATE TABLE app.used (id int); INSERT INTO app.used VALUES (1)', body('')],
      ...['CREATE INDEX called ON app.used (app.f(id))', body(text)],
    ]);

    return forger.forge(service, parts, { dump });
  };
  slow = await calling('slow', 'PERFORM pg_sleep(1000);');
  busy = await calling('busy', 'LOOP END LOOP;');
}, 600_000);
afterAll(() => scene?.close());

/** The numbers of a program of PostgreSQL, and of the drill itself. */
const programIn = (work: string, name: string) => processIn(work, `/bin/${name}`);
const restoringIn = (work: string) => processIn(work, '/bin/pg_restore', '--jobs');
const drillIn = (work: string) => processIn(work, '/drill.cjs');

/** The drill itself, once it has begun: Node that starts is just killed by a signal, and there is nothing of it. */
const begunIn = (work: string): number | undefined => (readdirSync(work).length > 0 ? drillIn(work) : undefined);

/** Does something as soon as a process is there. */
const once = async (find: () => number | undefined, then: (pid: number) => void): Promise<void> => {
  for (let attempt = 0; attempt < 2000; attempt += 1) {
    const pid = find();
    if (pid !== undefined) return then(pid);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('it never came');
};

describe.each(['slow', 'busy'])('while it restores what is %s', (which) => {
  const restoring = (work: string) => (restoringIn(work) === undefined ? undefined : programIn(work, 'postgres'));
  test.each<[string, NodeJS.Signals, (work: string) => number | undefined, RegExp]>([
    ['the server is killed', 'SIGKILL', restoring, /^the throwaway server was ended: SIGKILL$/],
    ['the server is asked to end', 'SIGTERM', restoring, /^the throwaway server was ended/],
    ['the server crashes', 'SIGQUIT', restoring, /^the throwaway server was ended/],
    ['pg_restore is killed', 'SIGKILL', restoringIn, /^pg_restore was ended by SIGKILL$/],
    ['the drill is asked to end', 'SIGTERM', (work) => restoring(work) && drillIn(work), /^it was stopped$/],
    ['somebody presses Ctrl-C', 'SIGINT', (work) => restoring(work) && drillIn(work), /^it was stopped$/],
  ])('%s', async (name, signal, find, because) => {
    let deed: Promise<void> | undefined;
    const outcome = await scene.drill(which === 'slow' ? slow : busy, {
      started: (_, work) => {
        deed = once(
          () => find(work),
          () => setTimeout(() => process.kill(find(work) as number, signal), 1000),
        );
        // A server that is asked to end waits for who is in it.
        if (name === 'the server is asked to end')
          void once(
            () => find(work),
            (pid) => setTimeout(() => process.kill(pid, 'SIGINT'), 1500),
          );
      },
    });
    await deed;

    expectUnproven(outcome, because, 'SRE');
  });
});

describe('earlier', () => {
  test.each<[string, (work: string) => number | undefined, RegExp]>([
    ['while initdb runs', (work) => programIn(work, 'initdb') && drillIn(work), /^it was stopped$/],
    ['while it begins', begunIn, /^it was stopped$/],
  ])('the drill is asked to end %s', async (_, find, because) => {
    let deed: Promise<void> | undefined;
    const outcome = await scene.drill(slow, {
      started: (_pid, work) => {
        deed = once(
          () => find(work),
          (pid) => process.kill(pid, 'SIGTERM'),
        );
      },
    });
    await deed;

    expectUnproven(outcome, because, 'SRE');
  });

  test('initdb is killed', async () => {
    let deed: Promise<void> | undefined;
    const outcome = await scene.drill(slow, {
      started: (_, work) => {
        deed = once(
          () => programIn(work, 'initdb'),
          (pid) => process.kill(pid, 'SIGKILL'),
        );
      },
    });
    await deed;

    expectUnproven(outcome, /^the throwaway server cannot be made: initdb ended with SIGKILL$/, 'SRE');
  });

  test('the store goes while the dump is fetched', async () => {
    const passage = await passageTo(scene.store.port, Number.POSITIVE_INFINITY, () => undefined);
    const drilling = scene.drill(ledger, {
      storePort: passage.port,
      started: (_, work) => {
        void once(
          () => (readdirSync(work)[0] === undefined ? undefined : 1),
          () => passage.close(),
        ).catch(() => undefined);
      },
    });

    expectUnproven(await drilling, /^store: /, 'Platform');
  });
});

test('a restore that never ends is ended', async () => {
  expectUnproven(await scene.drill(slow, { mostMinutes: 1 }), /^it takes longer than 1 minutes$/, 'Platform', {
    code: 3,
  });
});

test('programs that are not there', async () => {
  expectUnproven(await scene.drill(slow, { postgres: '/nowhere' }), /^initdb cannot be started$/, 'SRE');
});

describe('a folder that is too small', () => {
  // The dump has 75 MB, what is made of it some more, and an empty server 31 MB.
  test.each([0.1, 1, 10, 40, 76, 90, 110, 150, 180])('for %d MB', async (megabytes) => {
    if (process.getuid?.() !== 0) return;
    const outcome = await scene.drill(ledger, { room: megabytes * 1_000_000 });

    expectUnproven(
      outcome,
      /^there is not room enough (in the folder that it works in|for the throwaway server)/,
      'Platform',
    );
  });
});
