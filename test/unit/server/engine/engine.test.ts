import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { collectBetweenCalls, growthFor, newSpaceFor } from '../../../../functions/server/engine/engine.ts';

const kibibytes = (count: number) => count * 1024;

describe('collectBetweenCalls', () => {
  test('tells the largest request since the collection before', async () => {
    const collect = vi.fn();
    const answered = collectBetweenCalls(collect);

    for (const count of [100, 300, 50]) answered(kibibytes(count));
    await nextTurn();
    answered(kibibytes(384));
    await nextTurn();

    expect(collect.mock.calls).toEqual([[kibibytes(300)], [kibibytes(384)]]);
  });

  test('collects once requests add up to 384 KiB, and counts from the beginning then', async () => {
    const collect = vi.fn();
    const answered = collectBetweenCalls(collect);

    answered(kibibytes(200));
    answered(kibibytes(183));
    await nextTurn();
    expect(collect).not.toHaveBeenCalled();

    answered(kibibytes(1));
    await nextTurn();
    expect(collect).toHaveBeenCalledOnce();

    answered(kibibytes(383));
    await nextTurn();
    expect(collect).toHaveBeenCalledOnce();
  });

  test('never collects within a call, and once for all calls of a turn', async () => {
    const collect = vi.fn();
    const answered = collectBetweenCalls(collect);

    for (let call = 0; call < 10; call += 1) answered(kibibytes(1000));
    expect(collect).not.toHaveBeenCalled();

    await nextTurn();
    expect(collect).toHaveBeenCalledOnce();
  });
});

describe('newSpaceFor', () => {
  test.each([
    { resources: 10, bytes: 49_498, mebibytes: 8 },
    { resources: 100, bytes: 458_257, mebibytes: 8 },
    { resources: 200, bytes: 1_048_576, mebibytes: 16 },
    { resources: 1000, bytes: 4_600_000, mebibytes: 32 },
  ])('lets the space for new objects become $mebibytes MiB for $resources resources', ({ bytes, mebibytes }) => {
    expect(newSpaceFor(bytes)).toBe(kibibytes(1024 * mebibytes));
  });
});

describe('growthFor', () => {
  test.each([
    { resources: 10, bytes: 49_498, percent: 30 },
    { resources: 100, bytes: 458_257, percent: 60 },
    { resources: 1000, bytes: 4_600_000, percent: 600 },
    { resources: 10_000, bytes: 46_000_000, percent: 600 },
  ])('lets the heap grow by $percent % for $resources resources', ({ bytes, percent }) => {
    expect(growthFor(bytes)).toBe(percent);
  });
});
