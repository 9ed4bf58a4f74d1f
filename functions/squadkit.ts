#!/usr/bin/env node
import { run } from './command/squadkit.ts';

const { stdout, stderr, env, argv } = process;

// A reader that has seen enough, such as `head`, is no mistake.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// With it Node believes whoever answers, and here every connection carries a token. Node reads it at each connection.
delete env.NODE_TLS_REJECT_UNAUTHORIZED;

process.exitCode = await run(argv.slice(2), {
  out: (text) => stdout.write(text),
  error: (text) => stderr.write(text),
  colour: stdout.isTTY === true && env.NO_COLOR === undefined && env.TERM !== 'dumb',
});
