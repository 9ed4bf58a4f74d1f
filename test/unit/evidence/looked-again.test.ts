import { expect, test } from 'vitest';
import { clusterOf } from '../../../functions/doctor/cluster.ts';
import type { Send } from '../../../functions/evidence/live/api-server.ts';
import { renewing } from '../../../functions/evidence/live/renewing.ts';

const roots = { resources: [{ name: 'zones', kind: 'Zone', namespaced: false }] };
const zone = { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', name: 'frontier' };
const there = { apiVersion: zone.apiVersion, kind: 'Zone', metadata: { name: 'frontier' } };

/** A cluster whose list of kinds is, at one question after the other: what is thrown, or a status and a text. */
const clusterAfter = (...answers: (Error | [number, object])[]) => {
  const send: Send = async ({ path }) => {
    if (!path.endsWith('/v1alpha1')) return { status: 200, body: JSON.stringify(there) };
    const answer = answers.shift() ?? [200, roots];
    if (answer instanceof Error) throw answer;

    return { status: answer[0], body: JSON.stringify(answer[1]) };
  };

  return clusterOf(send, { name: 'hub', server: 'https://hub.example.org' });
};

test.each<[string, [number, object]]>([
  ['whose group is not there yet', [404, {}]],
  ['which is not there yet', [200, { resources: [] }]],
])('a kind %s is asked for again', async (_, answer) => {
  const cluster = clusterAfter(answer, answer);

  expect(await cluster.get(zone)).toEqual({ missing: 'unknown kind' });
  expect(await cluster.get(zone)).toEqual({ missing: 'unknown kind' });
  expect(await cluster.get(zone)).toEqual({ object: there });
});

test('a connection that was cut once is not cut for ever', async () => {
  const cluster = clusterAfter(Object.assign(new Error(), { code: 'ECONNRESET' }));

  await expect(cluster.get(zone)).rejects.toThrow('the connection was cut');
  expect(await cluster.get(zone)).toEqual({ object: there });
});

test('how a cluster is reached is read at once, and again after a look that failed', async () => {
  let read = 0;
  const looks = [true, true, false, true];
  const look = renewing(
    () => {
      read += 1;

      return read;
    },
    async (connected) => {
      if (looks.shift() === false) throw new Error('does not know who you are');

      return connected;
    },
  );
  expect(read).toBe(1);
  expect([await look(), await look()]).toEqual([1, 1]);
  await expect(look()).rejects.toThrow('does not know who you are');
  expect(await look()).toBe(2);
});
