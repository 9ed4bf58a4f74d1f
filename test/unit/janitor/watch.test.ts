import { setTimeout as sleepFor } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { endText, loginsText, lookText, preparedText, rightsText } from '../../../functions/janitor/question.ts';
import type { Target } from '../../../functions/janitor/target.ts';
import { pauseAfter, type Surroundings, watch } from '../../../functions/janitor/watch.ts';
import type { Server } from '../../../functions/outside/postgres.ts';
import { Unusable } from '../../../functions/outside/reason.ts';
import { markOf } from '../../../functions/ownership/mark.ts';

/** A machine may stand still for seconds. */
const patient = { timeout: 20_000 };

const mark = markOf({ hub: 'main', squad: 'galaxy', service: 'billing', environment: 'production' });
const target: Target = {
  ...{ name: 'frontier.spike', secret: 's', adminRole: 'squadkit_admin', markParameter: 'squadkit.mark' },
  ...{ caBundle: '', host: 'spike', port: 5432, password: 'canary-of-a-janitor' },
};
const rights = [['squadkit_janitor', false, [], ['pg_signal_backend'], ['postgres']]];
const row = (pid: number, role: string | null, connects: boolean) => [
  ...[pid, 16400, 5, 'galaxy_billing', role, false, false, role === null ? '' : mark, true, connects, connects, false],
];

/** A server of answers, by statement; an answer that is an Error is thrown, and one that is undefined never comes. */
const serverOf = (answers: Record<string, unknown[] | Error | undefined>): Server & { asked: unknown[][] } => {
  let open = true;
  const asked: unknown[][] = [];

  return {
    asked,
    ask: async (text, values) => {
      asked.push([text, values]);
      const all: typeof answers = { [rightsText]: rights, [loginsText]: [], [preparedText]: [[0]], ...answers };
      const answer = all[text];
      if (answer === undefined) await new Promise(() => undefined);
      if (answer instanceof Error) throw answer;

      return answer as unknown[];
    },
    isOpen: () => open,
    cut: () => {
      open = false;
    },
  };
};

/** Surroundings in which no time passes but what is let pass, and what was told in them. */
const surroundings = (connect: () => Promise<Server>) => {
  const told: [string, object][] = [];
  const pauses: number[] = [];
  const wanted: Surroundings = {
    pause: 10_000,
    now: () => Date.parse('2026-11-28T12:00:00Z'),
    sleep: async (milliseconds, stop) => {
      pauses.push(milliseconds);
      if (pauses.length > 30) await new Promise((resolve) => stop.addEventListener('abort', resolve));
      await sleepFor(0);
    },
    tell: (what, fields) => void told.push([what, fields]),
    connect,
  };

  return { told, pauses, wanted };
};

test('a deed is told once, with the name that the role had, and nothing of a query or a secret', async () => {
  const sessions = [[row(7, 'galaxy_billing_app', true)], [row(7, null, false)], [row(7, null, false)], []];
  const server = serverOf({ [endText]: [[true]] });
  const { ask } = server;
  server.ask = async (text, values) => (text === lookText ? (sessions.shift() ?? []) : ask(text, values));
  const { told, pauses, wanted } = surroundings(async () => server);
  const running = watch(target, wanted);
  await vi.waitFor(() => expect(pauses.length).toBeGreaterThan(30), patient);
  running.stop();

  expect(told).toEqual([
    [
      'session ended',
      {
        ...{ server: 'frontier.spike', role: 'galaxy_billing_app', pid: 7, database: 'galaxy_billing' },
        because: 'its role is gone',
      },
    ],
  ]);
  expect(running.said()).toMatchObject({ ended: 1, staying: 0, lookedAt: '2026-11-28T12:00:00Z' });
  expect(server.asked).toContainEqual([endText, ['squadkit.mark', 'squadkit_admin', 7, 16400, 5]]);
  expect(server.isOpen()).toBe(false);
});

/** What comes of looks that see these sessions, one after the other, where the first question of that text gets no answer. */
const watched = async (unanswered: string, looks: unknown[][]) => {
  let questions = 0;
  const { told, pauses, wanted } = surroundings(async () => {
    const server = serverOf({ [endText]: [[true]] });
    const { ask } = server;
    server.ask = async (text, values) => {
      if (text === lookText) return looks.shift() ?? [];
      if (text === unanswered) questions += 1;
      if (text === unanswered && questions === 1) throw new Unusable('the server does not answer in time');

      return ask(text, values);
    };

    return server;
  });
  const running = watch(target, wanted);
  await vi.waitFor(() => expect(pauses.length).toBeGreaterThan(5), patient);
  running.stop();

  return { told: told.map(([what]) => what), said: running.said() };
};

const ending = row(7, 'galaxy_billing_app', false);

test('a deed is told also where the look fails after it, and once', async () => {
  const { told, said } = await watched(loginsText, [[ending], [ending], []]);

  expect(told).toEqual(['session ended', 'server not looked at', 'server reached again']);
  expect(said).toMatchObject({ ended: 1, staying: 0 });
});

test.each([
  ['gone afterwards', []],
  ['there afterwards', [ending]],
])('a session that was told to end without an answer, and is %s, is told of once', async (_, then) => {
  const { told, said } = await watched(endText, [[ending], then, []]);

  expect(told.sort()).toEqual(['server not looked at', 'server reached again', 'session ended']);
  expect(said).toMatchObject({ ended: 1, staying: 0 });
});

test('a session that does not end is said to stay', async () => {
  const { pauses, wanted } = surroundings(async () =>
    serverOf({ [lookText]: [row(7, null, false)], [endText]: [[true]] }),
  );
  const running = watch(target, wanted);
  await vi.waitFor(() => expect(pauses.length).toBeGreaterThan(5), patient);
  running.stop();

  expect(running.said()).toMatchObject({ ended: 1, staying: 1 });
});

test('that one session may not be ended keeps no other from it', async () => {
  const server = serverOf({ [lookText]: [row(7, null, false), row(8, null, false)] });
  const { ask } = server;
  const denied = Object.assign(new Error(), { code: '42501', severity: 'ERROR' });
  server.ask = async (text, values) => {
    if (text !== endText) return ask(text, values);
    if (values?.[2] === 7) throw denied;
    return [[true]];
  };
  const { told, pauses, wanted } = surroundings(async () => server);
  const running = watch(target, wanted);
  await vi.waitFor(() => expect(pauses.length).toBeGreaterThan(2), patient);
  running.stop();

  expect(told).toMatchObject([['session ended', { pid: 8 }]]);
});

test.each([
  ['a superuser', [['squadkit_janitor', true, ['SUPERUSER'], ['pg_signal_backend'], []]], /superuser/],
  ['a login that may end nothing', [['squadkit_janitor', false, [], [], []]], /lacks there: membership in pg_signal_/],
  ['what is no answer', [['squadkit_janitor']], /otherwise than PostgreSQL/],
])('as %s it looks at nothing', async (_, answer, wanted) => {
  const server = serverOf({ [rightsText]: answer, [lookText]: [] });
  const { pauses, wanted: around } = surroundings(async () => server);
  const running = watch(target, around);
  await vi.waitFor(() => expect(pauses.length).toBeGreaterThan(2), patient);
  running.stop();

  expect(running.said().problem).toMatch(wanted);
  expect(server.asked.map(([text]) => text)).not.toContain(lookText);
});

test('rights that it needs not are said, and it goes on', async () => {
  const many = [['squadkit_janitor', false, ['CREATEDB'], ['pg_monitor', 'pg_signal_backend'], ['galaxy_billing']]];
  const { pauses, wanted } = surroundings(async () => serverOf({ [rightsText]: many, [lookText]: [] }));
  const running = watch(target, wanted);
  await vi.waitFor(() => expect(pauses.length).toBeGreaterThan(2), patient);
  running.stop();

  expect(running.said()).toMatchObject({
    tooMany: ['CREATEDB', 'membership in pg_monitor', 'rights on database galaxy_billing'],
    lookedAt: '2026-11-28T12:00:00Z',
  });
});

test('a server that is away is told once, and asked at longer and longer pauses, up to a minute', async () => {
  const { told, pauses, wanted } = surroundings(async () => {
    throw Object.assign(new Error('canary-of-a-janitor'), { code: 'ECONNREFUSED' });
  });
  const running = watch(target, wanted);
  await vi.waitFor(() => expect(pauses.length).toBeGreaterThan(30), patient);
  running.stop();

  expect(told).toEqual([['server not looked at', { server: 'frontier.spike', because: 'the connection is refused' }]]);
  expect(pauses.slice(0, 5)).toEqual([20_000, 40_000, 60_000, 60_000, 60_000]);
  expect(running.said()).toMatchObject({ problem: 'the connection is refused', sessions: 0 });
});

test('the pause after failures has a bound, however many there were', () => {
  for (const failures of [1, 2, 16, 1000, Number.MAX_SAFE_INTEGER])
    expect(pauseAfter(failures, 10_000)).toBeLessThanOrEqual(60_000);
  expect(pauseAfter(0, 10_000)).toBe(10_000);
});

test('a server that hangs stops no other, and is left at once when it is stopped', async () => {
  const hanging = serverOf({ [lookText]: undefined });
  const slow = watch(target, surroundings(async () => hanging).wanted);
  const { pauses, wanted } = surroundings(async () => serverOf({ [lookText]: [] }));
  const running = watch({ ...target, name: 'meadow.spike' }, wanted);
  await vi.waitFor(() => expect(pauses.length).toBeGreaterThan(30), patient);
  slow.stop();
  running.stop();

  expect(hanging.isOpen()).toBe(false);
});

test('what a failure says is never what somebody else wrote', async () => {
  const errors = [
    new Error('canary-of-a-janitor'),
    Object.assign(new Error('x'), { code: 'canary of a janitor' }),
    Object.assign(new Error('x'), { code: 'XX000' }),
    new Unusable('there is no Secret'),
    undefined,
    'canary-of-a-janitor',
  ];
  const { told, pauses, wanted } = surroundings(async () => {
    throw errors[pauses.length % errors.length];
  });
  const running = watch(target, wanted);
  await vi.waitFor(() => expect(pauses.length).toBeGreaterThan(errors.length), patient);
  running.stop();

  expect(JSON.stringify(told)).not.toContain('canary');
  expect(JSON.stringify(told)).toContain('it fails with XX000');
});
