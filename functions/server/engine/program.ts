import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';

/** Where the code lies that the engine made of a program. */
export const cacheOf = (file: string): string => file.replace(/\.[cm]js$/, '.cache');

/**
 * The program in a file of CommonJS, as a function of `require`. The engine does not read the program again where the file
 * beside it has the code that the same engine made of it; of any other it makes its own (V8's code cache: it compares its
 * version, its flags and the length of the program). Throws when there is no such file.
 */
export const programIn = (file: string): Script => {
  const cachedData = readIfThere(cacheOf(file));

  return new Script(`(function (require) {\n${readFileSync(file, 'utf8')}\n})`, {
    filename: file,
    // The line that is put before it does not count.
    lineOffset: -1,
    ...(cachedData && { cachedData }),
  });
};

const readIfThere = (file: string): Buffer | undefined => {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
};
