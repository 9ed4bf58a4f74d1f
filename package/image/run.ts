import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Runs a program to its end and returns what it says. Throws with the last line of its errors, or says which program is
 * missing.
 */
export const run = async (
  command: string,
  commandArguments: string[],
  { directory }: { directory?: string } = {},
): Promise<string> => {
  try {
    const { stdout } = await promisify(execFile)(command, commandArguments, {
      ...(directory && { cwd: directory }),
      maxBuffer: 1 << 26,
    });

    return stdout;
  } catch (error) {
    const { code, stderr } = error as { code?: string; stderr?: string };
    if (code === 'ENOENT') throw new Error(`${command} is needed and not installed here`);
    throw new Error(`${command} failed: ${stderr?.trim().split('\n').at(-1) || (error as Error).message}`);
  }
};
