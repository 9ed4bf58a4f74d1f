import type { Discussion } from './discussion.ts';
import { type Ask, pagesOf } from './exchange.ts';

interface Note {
  id: number;
  body: string;
  author: { id: number };
}

/** A merge request on GitLab, by its REST API v4 (docs.gitlab.com/api/notes). `project` is the number of the project. */
export const gitlabDiscussion = (ask: Ask, project: number, number: number): Omit<Discussion, 'commit'> => {
  const notes = `/projects/${project}/merge_requests/${number}/notes`;

  return {
    name: `merge request ${number}`,
    comments: async () => {
      const us = (await ask({ method: 'GET', path: '/user' })) as { id: number };
      const found = (await pagesOf(ask, `${notes}?per_page=100&sort=asc`)) as Note[];
      return found.map(({ id, body, author }) => ({ id, body, author: `${author.id}`, isOurs: author.id === us.id }));
    },
    add: async (body) => {
      const { author } = (await ask({ method: 'POST', path: notes, body: { body } })) as Note;
      return `${author.id}`;
    },
    change: async (id, body) => {
      await ask({ method: 'PUT', path: `${notes}/${id}`, body: { body } });
    },
    remove: async (id) => {
      await ask({ method: 'DELETE', path: `${notes}/${id}` });
    },
  };
};
