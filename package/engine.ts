/**
 * What Node is to be started with before the function's bundle: by the image, the control plane of the tests and the bench.
 * On the command line, because V8 may crash where its flags are set at run time (Node's documentation of
 * `v8.setFlagsFromString`).
 *
 * Nearly everything that a call makes is dead when it ends, so the space for new objects may stay small: with Node 24 and
 * calls about 100 resources the process has 141 MiB instead of 238, and takes no more CPU for it. Neither smaller spaces, nor
 * a slower growth of the rest, nor collecting between two calls gave a tenth of either that could be measured twice.
 */
export const engineFlags: readonly string[] = ['--max-semi-space-size=4'];
