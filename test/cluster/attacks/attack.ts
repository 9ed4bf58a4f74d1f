import type { World } from './world.ts';

/** Something that somebody must not be able to do. Where it succeeds, it is undone at once, unless it is `lasting`. */
export interface Attack {
  actor: string;
  /** Reads on after "cannot". */
  attempt: string;
  /** How it is refused: the API server's HTTP status, or PostgreSQL's SQLSTATE. */
  refused: string[];
  /** Where it succeeds, something of it stays: it is left out when guard rails are taken away. */
  lasting?: boolean;
  /** While it runs others are refused for another reason: where guard rails are taken away it is tried last. */
  disturbing?: boolean;
  run(world: World): Promise<unknown>;
}

/** What is said of an attempt that nobody refused, and that came to its end. */
export const succeeded = 'it succeeded';

/** How an attempt ended. */
export interface Outcome {
  isRefused: boolean;
  /** The status or SQLSTATE and what was said, or what happened instead. */
  said: string;
}

/** Runs an attempt. It counts as refused only when the cluster or the database itself says so, in the expected way. */
export const tryAttack = async ({ refused, run }: Attack, world: World): Promise<Outcome> => {
  try {
    await run(world);

    return { isRefused: false, said: succeeded };
  } catch (error) {
    const { status, code, message } = error as { status?: number; code?: string; message: string };
    const answer = String(status ?? code ?? '');

    return { isRefused: refused.includes(answer), said: `${answer} ${message}` };
  }
};
