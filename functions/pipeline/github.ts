import type { Discussion } from './discussion.ts';
import { type Ask, pagesOf } from './exchange.ts';

interface Found {
  id: number;
  body?: string | null;
  user?: { type?: string } | null;
}

/**
 * A pull request on GitHub, by its REST API of version 2022-11-28 (docs.github.com/rest/issues/comments). `repository` is
 * owner/name. A token of a workflow or of an App writes as a Bot, and no person does.
 */
export const githubDiscussion = (ask: Ask, repository: string, number: number): Omit<Discussion, 'commit'> => {
  const comments = `/repos/${repository}/issues`;

  return {
    name: `pull request ${number}`,
    comments: async () => {
      const found = (await pagesOf(ask, `${comments}/${number}/comments?per_page=100`)) as Found[];
      return found.map(({ id, body, user }) => ({ id, body: body ?? '', isOurs: user?.type === 'Bot' }));
    },
    add: async (body) => {
      await ask({ method: 'POST', path: `${comments}/${number}/comments`, body: { body } });
    },
    change: async (id, body) => {
      await ask({ method: 'PATCH', path: `${comments}/comments/${id}`, body: { body } });
    },
  };
};
