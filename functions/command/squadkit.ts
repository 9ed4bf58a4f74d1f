import { Command, CommanderError } from 'commander';
import { Misused, Unplannable } from '../tree/problem.ts';
import { printable } from '../words/printable.ts';
import { version } from '../words/version.ts';
import { addCodeowners } from './codeowners.ts';
import { addDoctor } from './doctor.ts';
import { addEvidence } from './evidence.ts';
import { addPlan } from './plan.ts';
import { addResources } from './resources.ts';
import { status } from './status.ts';
import type { Streams } from './streams.ts';
import { addValidate } from './validate.ts';
import { addWait } from './wait.ts';

/** Runs the command line tool and returns its exit status. */
export const run = async (args: string[], streams: Streams): Promise<number> => {
  let result: number = status.fine;
  const program = new Command('squadkit')
    .description('Says what a tree of Squadkit documents will do, before anything is applied.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: streams.out, writeErr: (text) => streams.error(printableLines(text)) });
  for (const add of [addPlan, addValidate, addCodeowners, addResources, addEvidence, addDoctor, addWait]) {
    add(program, streams, (ended) => {
      result = ended;
    });
  }

  try {
    await program.parseAsync(args, { from: 'user' });
    return result;
  } catch (error) {
    return failed(error, streams);
  }
};

/** What ends a command is told in lines that give no orders, a defect with its stack: texts of the tree may be in both. */
const failed = (error: unknown, streams: Streams): number => {
  if (error instanceof CommanderError) return error.exitCode === 0 ? status.fine : status.misused;
  const isExpected = error instanceof Unplannable || error instanceof Misused;
  const text = isExpected ? `squadkit: ${error.message}` : `squadkit has a fault: ${describe(error)}`;
  streams.error(`${printableLines(text)}\n`);

  return error instanceof Misused ? status.misused : status.refused;
};

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
