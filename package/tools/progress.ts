import { stdout } from 'node:process';

/** Says what is going on: one line per finished step, and on a terminal one live line for what is still running. */
export interface Progress {
  /** Runs the work and says when it is done and how long it took. `announce` also says when it starts. */
  step<T>(name: string, work: () => Promise<T>, options?: { announce?: string }): Promise<T>;
  note(text: string): void;
}

/** Progress on standard output; without a terminal there is no live line and no colour. */
export const createProgress = (): Progress => {
  const running = new Map<string, number>();
  const live = () => {
    if (!stdout.isTTY) return;
    const names = [...running.entries()].map(([name, since]) => `${name} ${elapsed(since)}`);
    stdout.write(`\r\u001b[K${names.length ? `… ${names.join(', ')}`.slice(0, (stdout.columns ?? 80) - 1) : ''}`);
  };
  const line = (text: string) => {
    if (stdout.isTTY) stdout.write('\r\u001b[K');
    stdout.write(`${text}\n`);
    live();
  };
  setInterval(live, 500).unref();

  return {
    note: line,
    step: async (name, work, options) => {
      const since = Date.now();
      if (options?.announce) line(`   ${name}: ${options.announce}`);
      running.set(name, since);
      live();
      try {
        const result = await work();
        running.delete(name);
        line(`${colour('32', 'ok')} ${name} (${elapsed(since)})`);

        return result;
      } catch (error) {
        running.delete(name);
        line(`${colour('31', 'failed')} ${name} (${elapsed(since)})`);
        throw error;
      }
    },
  };
};

/** Tells nobody: for who waits for something else. */
export const silentProgress: Progress = { step: (_, work) => work(), note: () => undefined };

/** The time since then in words, such as `4.2 s` or `3 min 20 s`. */
export const elapsed = (since: number): string => {
  const seconds = (Date.now() - since) / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;

  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
};

const colour = (code: string, text: string) => (stdout.isTTY ? `\u001b[${code}m${text}\u001b[0m` : text);
