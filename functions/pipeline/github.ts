import type { Discussion } from './discussion.ts';
import { type Ask, pagesOf } from './exchange.ts';

interface Found {
  id: number;
  body?: string | null;
  user?: { type?: string; login?: string } | null;
}

/** Who a workflow writes as with its own token. A token of an App writes as that App, which no question tells it. */
const workflow = 'github-actions[bot]';

/** A program that is not the workflow may be us, by the token of an App; a person never is. */
const isOurs = ({ user }: Found): boolean | undefined => {
  if (user?.type !== 'Bot') return false;

  return user.login === workflow ? true : undefined;
};

/**
 * A pull request on GitHub, by its REST API of version 2022-11-28 (docs.github.com/rest/issues/comments). `repository` is
 * owner/name. A token of a workflow or of an App writes as a Bot, and no person does; not every Bot is us.
 */
export const githubDiscussion = (ask: Ask, repository: string, number: number): Omit<Discussion, 'commit'> => {
  const comments = `/repos/${repository}/issues`;

  return {
    name: `pull request ${number}`,
    comments: async () => {
      const found = (await pagesOf(ask, `${comments}/${number}/comments?per_page=100`)) as Found[];
      return found.map((one) => {
        const { id, body, user } = one;
        return { id, body: body ?? '', author: user?.login ?? '', isOurs: isOurs(one) };
      });
    },
    add: async (body) => {
      const made = (await ask({ method: 'POST', path: `${comments}/${number}/comments`, body: { body } })) as Found;
      return made.user?.login;
    },
    change: async (id, body) => {
      await ask({ method: 'PATCH', path: `${comments}/comments/${id}`, body: { body } });
    },
    remove: async (id) => {
      await ask({ method: 'DELETE', path: `${comments}/comments/${id}` });
    },
  };
};
