import { appendFileSync } from 'node:fs';
import { printable } from '../words/printable.ts';
import { say } from './discussion.ts';
import { discussionOf, type Variables } from './job.ts';

/**
 * Writes a Markdown text on the pull or merge request of this job, where `marker` finds it again, and into the
 * job's summary where the CI system has one (GITHUB_STEP_SUMMARY). Answers in a line what became of it: a plan is as good
 * where it could not be written down, so this decides nothing. A host that does not take the text gets a short one in its
 * place: what an earlier commit was told would be taken for what this one is.
 */
export const commented = async (marker: string, text: string, variables: Variables): Promise<string> => {
  const { GITHUB_STEP_SUMMARY: summary } = variables;
  try {
    if (summary) appendFileSync(summary, text);
    const discussion = discussionOf(variables);
    const of = discussion.commit === undefined ? '' : `<sub>Of commit ${discussion.commit.slice(0, 10)}.</sub>\n`;
    const instead = `${marker}\n**The plan could not be written here:** it is in the job.\n\n${of}`;
    await say(discussion, marker, `${text}${of}`).catch(async (error: Error) => {
      if (notTaken.test(error.message)) await say(discussion, marker, instead).catch(() => undefined);
      throw error;
    });
    return `The plan is on ${discussion.name}.\n`;
  } catch (error) {
    return `squadkit: the plan is not on the pull request: ${printable((error as Error).message)}${advice(error as Error)}\n`;
  }
};

/** What hosts answer to a text that they do not take. */
const notTaken = /says 4(00|13|22)$/;

/** What a pull request from a fork meets, and a token without the right. */
const advice = ({ message }: Error): string =>
  /says 40[13]$/.test(message)
    ? '. The token may not write comments; for a pull request from a fork it never may, and the plan is in the job.'
    : '.';
