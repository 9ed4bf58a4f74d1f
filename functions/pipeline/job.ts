import { readFileSync } from 'node:fs';
import type { Discussion } from './discussion.ts';
import { askOf } from './exchange.ts';
import { githubDiscussion } from './github.ts';
import { gitlabDiscussion } from './gitlab.ts';

/** The variables that a CI system gives to a job. */
export type Variables = Record<string, string | undefined>;

/**
 * The pull or merge request for which a job of GitHub Actions or of GitLab CI runs.
 * @throws Error in a sentence if this is no such job, or a variable that it needs is missing or is not what it should be
 */
export const discussionOf = (variables: Variables): Discussion => {
  if (variables.GITHUB_ACTIONS === 'true') return onGithub(variables);
  if (variables.GITLAB_CI === 'true') return onGitlab(variables);
  throw new Error('this is no job of GitHub Actions or of GitLab CI: only they have a pull request to write to');
};

const onGithub = (variables: Variables): Discussion => {
  const token = needed(variables, 'GITHUB_TOKEN', /^[\x21-\x7e]+$/, 'give it to the step under env, from github.token');
  const repository = needed(variables, 'GITHUB_REPOSITORY', /^[\w.-]+\/[\w.-]+$/, 'GitHub Actions sets it');
  const url = needed(variables, 'GITHUB_API_URL', /^https?:\/\/[^\s?#]+$/, 'GitHub Actions sets it');
  const event = needed(variables, 'GITHUB_EVENT_PATH', /./, 'GitHub Actions sets it');
  const { pull_request } = JSON.parse(readFileSync(event, 'utf8')) as {
    pull_request?: { number?: unknown; head?: { sha?: unknown } };
  };
  if (!Number.isSafeInteger(pull_request?.number)) {
    throw new Error('this job runs for no pull request: let the workflow run on pull_request');
  }
  const headers = {
    Authorization: `Bearer ${token}`,
    Accept: 'application/vnd.github+json',
    'X-GitHub-Api-Version': '2022-11-28',
  };

  return {
    ...githubDiscussion(askOf({ url, headers }), repository, pull_request?.number as number),
    // GITHUB_SHA is a merge that nobody has seen.
    commit: commitIn(pull_request?.head?.sha),
  };
};

const onGitlab = (variables: Variables): Discussion => {
  if (variables.CI_MERGE_REQUEST_IID === undefined) {
    throw new Error(
      'this job runs for no merge request: give it the rule $CI_PIPELINE_SOURCE == "merge_request_event"',
    );
  }
  const token = needed(
    variables,
    'SQUADKIT_TOKEN',
    /^[\x21-\x7e]+$/,
    'a project access token with the scope api, as a masked variable of the project',
  );
  const url = needed(variables, 'CI_API_V4_URL', /^https?:\/\/[^\s?#]+$/, 'GitLab sets it');
  const project = needed(variables, 'CI_PROJECT_ID', /^\d+$/, 'GitLab sets it');
  const number = needed(variables, 'CI_MERGE_REQUEST_IID', /^\d+$/, 'GitLab sets it');

  return {
    ...gitlabDiscussion(askOf({ url, headers: { 'PRIVATE-TOKEN': token } }), Number(project), Number(number)),
    commit: commitIn(variables.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA || variables.CI_COMMIT_SHA),
  };
};

const commitIn = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[0-9a-f]{40,64}$/.test(value) ? value : undefined;

const needed = (variables: Variables, name: string, pattern: RegExp, cure: string): string => {
  const value = variables[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: ${cure}`);
  if (!pattern.test(value)) throw new Error(`${name} is not what it should be: ${cure}`);

  return value;
};
