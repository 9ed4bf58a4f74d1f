import type { ChildProcess } from 'node:child_process';

/** Waits until a program has ended; answers its exit status, and what it said without the blanks around. */
export const ended = async (child: ChildProcess): Promise<{ status: number | null; out: string; error: string }> => {
  let [out, error] = ['', ''];
  child.stdout?.on('data', (data: Buffer) => {
    out += data;
  });
  child.stderr?.on('data', (data: Buffer) => {
    error += data;
  });
  const status = await new Promise<number | null>((done, reject) => {
    child.once('error', reject);
    child.once('close', done);
  });

  return { status, out: out.trim(), error: error.trim() };
};
