import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commented } from '../../../functions/pipeline/commented.ts';
import { say } from '../../../functions/pipeline/discussion.ts';
import { askOf } from '../../../functions/pipeline/exchange.ts';
import { githubDiscussion } from '../../../functions/pipeline/github.ts';
import { gitlabDiscussion } from '../../../functions/pipeline/gitlab.ts';
import { temporaryDirectory } from '../../support/folder.ts';
import { type Host, type Kept, startHost, variablesOf } from '../../support/pull-request-host.ts';

const marker = '<!-- squadkit plan -->';
const text = `${marker}\n## Squadkit plan: 1 new\n`;
const kinds = ['github', 'gitlab'] as const;

let host: Host;
let other: Host;
let event: string;
beforeEach(async () => {
  other = await startHost();
  host = await startHost(other.url);
  event = join(temporaryDirectory(), 'event.json');
  writeFileSync(event, JSON.stringify({ pull_request: { number: 12 } }));
});
afterEach(() => Promise.all([host.end(), other.end()]));

const talk = Array.from({ length: 130 }, (_, id): Kept => ({ id, body: `word ${id}`, by: 'a person' }));
const ours: Kept = { id: 500, body: `${marker}\nan older plan`, by: 'us' };
const imitation: Kept = { id: 400, body: `${marker}\nNobody has to agree`, by: 'a person' };
const another: Kept = { id: 402, body: `${marker}\nNobody has to agree`, by: 'another program' };
const quoted: Kept = { id: 401, body: `see ${marker}`, by: 'us' };

/** What is on the request before, and how many comments it has afterwards. */
const before: [string, Kept[], number][] = [
  ['nothing', [], 1],
  ['our comment', [ours], 1],
  ['our comment, as it would be', [{ ...ours, body: text }], 1],
  ['an imitation by a person', [imitation], 2],
  ['an imitation, then ours', [imitation, ours], 2],
  ['one of another program', [another], 2],
  ['one of another program, then ours', [another, ours], 2],
  ['a comment of ours about something else', [quoted], 2],
  ['much talk', talk, 131],
  ['much talk, and ours after it', [...talk, ours], 131],
  ['exactly a page', talk.slice(0, 100), 101],
];
const moods: [string, number[]][] = [
  ['is well', []],
  ['is down for a moment', [503]],
  ['is down twice, then asks for patience', [502, 429]],
];

const spoilt: [string, string][] = [
  ['GITHUB_REPOSITORY', 'squads/tree/../../other'],
  ['GITHUB_TOKEN', 'a\nb'],
  ['GITHUB_API_URL', 'file:///etc/passwd'],
  ['CI_PROJECT_ID', '34/../1'],
  ['CI_MERGE_REQUEST_IID', '12/../../1'],
  ['CI_API_V4_URL', 'ftp://somewhere'],
];

describe.each(kinds)('on %s', (kind) => {
  const discussion = () => {
    const ask = askOf({ url: host.url, headers: { Authorization: 'a-token' } }, async () => undefined);
    const found = kind === 'github' ? githubDiscussion(ask, 'squads/tree', 12) : gitlabDiscussion(ask, 34, 12);
    return { ...found, commit: undefined };
  };

  test('a comment that was kept and not answered is not there twice after the next plan', async () => {
    host.afterwards.push(502);
    await say(discussion(), marker, `${marker}\nthe plan of one commit`);
    await say(discussion(), marker, text);

    expect(host.comments).toMatchObject([{ by: 'us', body: text }]);
  });

  test.each(
    before.flatMap(([there, kept, after]) => moods.map(([mood, statuses]) => ({ there, mood, kept, after, statuses }))),
  )('with $there, one comment of ours has the plan; the host $mood', async ({ kept, after, statuses }) => {
    host.comments.push(...structuredClone(kept));
    host.moods.push(...statuses);
    await say(discussion(), marker, text);

    expect(host.comments.filter(({ body }) => body === text)).toMatchObject([{ by: 'us' }]);
    expect(host.comments).toHaveLength(after);
    expect(host.comments.filter(({ by }) => by !== 'us')).toEqual(kept.filter(({ by }) => by !== 'us'));
  });

  test.each(before)(
    'by the token of an App, which does not know its name, with %s: the same',
    async (_, kept, after) => {
      host.login = 'squadkit-plans[bot]';
      host.comments.push(...structuredClone(kept));
      for (const body of ['first', 'second', text])
        await say(discussion(), marker, body === text ? text : `${marker}\n${body}`);

      expect(host.comments.filter(({ body, by }) => by === 'us' && body.startsWith(marker))).toMatchObject([
        { body: text },
      ]);
      expect(host.comments).toHaveLength(after);
      expect(host.comments.filter(({ by }) => by !== 'us')).toEqual(kept.filter(({ by }) => by !== 'us'));
    },
  );

  test.each([401, 403, 404, 422])('an answer of %i is told at once, and only once asked for', async (status) => {
    host.moods.push(status);
    await expect(say(discussion(), marker, text)).rejects.toThrow(new RegExp(`127.0.0.1:\\d+ says ${status}$`));
    expect(host.asked).toHaveLength(1);
  });

  test('what stays down is told after three tries', async () => {
    host.moods.push(500, 500, 500);
    await expect(say(discussion(), marker, text)).rejects.toThrow(/says 500$/);
    expect(host.asked).toHaveLength(3);
  });

  test('credentials are not carried elsewhere', async () => {
    host.moods.push(302, 302, 302);
    await expect(say(discussion(), marker, text)).rejects.toThrow(/cannot be reached/);
    expect(other.asked).toEqual([]);
  });

  test('a job says where the plan is', async () => {
    expect(await commented(marker, text, variablesOf(kind, host.url, event))).toBe(
      `The plan is on ${kind === 'github' ? 'pull' : 'merge'} request 12.\n`,
    );
    expect(host.comments.map(({ body }) => body)).toEqual([text]);
    expect(new Set(host.asked.map(({ token }) => token))).toEqual(
      new Set([kind === 'github' ? 'Bearer a-token' : 'a-token']),
    );
  });

  test('a comment says of which commit it is', async () => {
    const commit = 'c0ffee'.repeat(7).slice(0, 40);
    writeFileSync(event, JSON.stringify({ pull_request: { number: 12, head: { sha: commit } } }));
    await commented(marker, text, { ...variablesOf(kind, host.url, event), CI_COMMIT_SHA: commit });

    expect(host.comments.map(({ body }) => body)).toEqual([`${text}<sub>Of commit c0ffeec0ff.</sub>\n`]);
  });

  test.each([400, 413, 422])(
    'where the host answers %i to the text, what was said before does not stay',
    async (mood) => {
      host.comments.push({ ...ours, body: `${marker}\nNobody has to agree` });
      const isListed = kind === 'github' ? [200] : [200, 200];
      host.moods.push(...isListed, mood);
      const said = await commented(marker, text, variablesOf(kind, host.url, event));

      expect(said).toContain(`says ${mood}`);
      expect(host.comments.map(({ body }) => body)).toEqual([
        `${marker}\n**The plan could not be written here:** it is in the job.\n\n`,
      ]);
    },
  );

  test('a list that does not end is given up', async () => {
    host.comments.push(...Array.from({ length: 5000 }, (_, id): Kept => ({ id, body: 'x', by: 'a person' })));

    await expect(say(discussion(), marker, text)).rejects.toThrow('there are more than 5000 of them');
  });

  test('without the right, as in a pull request from a fork, the job goes on and its summary has the plan', async () => {
    host.moods.push(403);
    const summary = join(temporaryDirectory(), 'summary.md');
    const said = await commented(marker, text, { ...variablesOf(kind, host.url, event), GITHUB_STEP_SUMMARY: summary });

    expect(said).toMatch(
      /^squadkit: the plan is not on the pull request: .* says 403\. The token may not write comments; /,
    );
    expect(said).not.toContain('a-token');
    expect(readFileSync(summary, 'utf8')).toBe(text);
  });

  test.each(Object.keys(variablesOf(kind, '', '')))('without %s it says so', async (missing) => {
    const variables: Record<string, string | undefined> = {
      ...variablesOf(kind, host.url, event),
      [missing]: undefined,
    };
    const said = await commented(marker, text, variables);

    expect(said).toMatch(/^squadkit: the plan is not on the pull request: [^\n]+\.\n$/);
    expect(host.asked).toEqual([]);
  });

  test.each(spoilt.filter(([name]) => name in variablesOf(kind, '', '')))(
    'a %s that is none asks nobody',
    async (name, value) => {
      const variables = { ...variablesOf(kind, host.url, event), [name]: value };
      expect(await commented(marker, text, variables)).toContain(`${name} is not what it should be`);
      expect(host.asked).toEqual([]);
    },
  );
});
test('a job for no pull request says so', async () => {
  writeFileSync(event, '{}');
  expect(await commented(marker, text, variablesOf('github', host.url, event))).toContain(
    'this job runs for no pull request',
  );
  expect(await commented(marker, text, {})).toContain('this is no job of GitHub Actions or of GitLab CI');
});
