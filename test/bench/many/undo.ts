/** What must be done before this process ends, however it ends: last added, first done. */
export interface Undo {
  /** Adds work; the answer does it now, once, instead of at the end. */
  add(work: () => Promise<void>): () => Promise<void>;
  /** Does all that is left. Called again, it waits for the same. */
  all(): Promise<void>;
}

/** Ctrl-C, SIGTERM and SIGHUP do all of it as well, and end this process. */
export const createUndo = (): Undo => {
  const left: (() => Promise<void>)[] = [];
  let ending: Promise<void> | undefined;
  const add = (work: () => Promise<void>) => {
    let done: Promise<void> | undefined;
    const once = () => {
      done ??= work();
      return done;
    };
    left.push(once);

    return async () => {
      await once();
      left.splice(left.indexOf(once), 1);
    };
  };
  const unwind = async () => {
    for (const work of [...left].reverse()) await work();
  };
  const all = () => {
    ending ??= unwind();
    return ending;
  };
  const stop = (code: number) => () => {
    console.log('\nStopping everything.');
    all().finally(() => process.exit(code));
  };
  process.once('SIGINT', stop(130)).once('SIGTERM', stop(143)).once('SIGHUP', stop(129));

  return { add, all };
};
