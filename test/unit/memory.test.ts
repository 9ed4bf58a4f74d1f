import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { collectBetweenCalls } from '../../functions/server/memory.ts';

const kibibytes = (count: number) => count * 1024;

describe('collectBetweenCalls', () => {
  test('collects once requests add up to a quarter of a MiB, and counts from the beginning then', async () => {
    const collect = vi.fn();
    const answered = collectBetweenCalls(collect);

    answered(kibibytes(100));
    answered(kibibytes(155));
    await nextTurn();
    expect(collect).not.toHaveBeenCalled();

    answered(kibibytes(1));
    await nextTurn();
    expect(collect).toHaveBeenCalledOnce();

    answered(kibibytes(255));
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
