import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A comment as both hosts keep it: by a person, by us, or by another program. */
export interface Kept {
  id: number;
  body: string;
  by: 'us' | 'a person' | 'another program';
}

/** A stand-in for the APIs of GitHub and GitLab, on this machine only, with one pull or merge request of number 12. */
export interface Host {
  url: string;
  comments: Kept[];
  /** Who we are on GitHub: a workflow, or an App. */
  login: string;
  /** What was asked, `POST /repos/…`, and with which credentials. */
  asked: { what: string; token: string }[];
  /** Statuses to answer before anything is done, one for each question. */
  moods: number[];
  /** Statuses to answer after it was done, one for each comment that is made. */
  afterwards: number[];
  /** Files to give out, by path. */
  files: Map<string, Buffer>;
  end: () => Promise<void>;
}

/** Starts a stand-in; `elsewhere` is where it sends on what it answers with 302. */
export const startHost = async (elsewhere = 'http://127.0.0.1:1'): Promise<Host> => {
  const host: Host = {
    ...{ url: '', comments: [], login: 'github-actions[bot]' },
    asked: [],
    moods: [],
    afterwards: [],
    files: new Map(),
    end: async () => undefined,
  };
  const server = createServer((request, response) => {
    answer(host, elsewhere, request, response).catch((error) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  host.end = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });

  return host;
};

const answer = async (host: Host, elsewhere: string, request: IncomingMessage, response: ServerResponse) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', host.url);
  const file = host.files.get(pathname);
  if (file) return response.end(file);

  const { authorization, 'private-token': gitlab } = request.headers;
  host.asked.push({ what: `${request.method} ${pathname}`, token: authorization ?? String(gitlab) });
  const text = (await request.toArray()).join('');
  const mood = host.moods.shift() ?? 200;
  if (mood !== 200) return response.writeHead(mood, mood === 302 ? { location: elsewhere } : {}).end('{}');

  const json = (value: unknown) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  const list = /^\/(repos\/squads\/tree\/issues\/12\/comments|projects\/34\/merge_requests\/12\/notes)$/;
  const one = /^\/(repos\/squads\/tree\/issues\/comments|projects\/34\/merge_requests\/12\/notes)\/(\d+)$/;
  const body = () => (JSON.parse(text) as { body: string }).body;
  if (pathname === '/user') return json({ id: 7 });
  if (list.test(pathname) && request.method === 'GET') {
    const [size, page] = ['per_page', 'page'].map((name) => Number(searchParams.get(name))) as [number, number];
    return json(host.comments.slice(size * (page - 1), size * page).map((kept) => shown(kept, host)));
  }
  if (list.test(pathname) && request.method === 'POST') {
    const made: Kept = { id: 1000 + host.comments.length, body: body(), by: 'us' };
    host.comments.push(made);
    const answered = host.afterwards.shift() ?? 200;
    if (answered !== 200) return response.writeHead(answered).end('{}');
    return json(shown(made, host));
  }
  const [, , id] = one.exec(pathname) ?? [];
  const found = host.comments.find((comment) => comment.id === Number(id));
  if (found && request.method === 'DELETE') {
    host.comments.splice(host.comments.indexOf(found), 1);
    return response.writeHead(204).end();
  }
  if (!found || request.method !== (pathname.startsWith('/repos') ? 'PATCH' : 'PUT'))
    return response.writeHead(404).end('{}');
  found.body = body();
  return json({});
};

/** In the shapes of both hosts at once. */
const shown = ({ id, body, by }: Kept, { login }: Host) => ({
  id,
  body,
  user: {
    login: { us: login, 'a person': 'ada', 'another program': 'dependabot[bot]' }[by],
    type: by === 'a person' ? 'User' : 'Bot',
  },
  author: { id: { us: 7, 'a person': 8, 'another program': 9 }[by] },
});

/** What a job of either host has in its environment; `event` is a file that GitHub has written. */
export const variablesOf = (kind: 'github' | 'gitlab', url: string, event: string): Record<string, string> =>
  kind === 'github'
    ? {
        GITHUB_ACTIONS: 'true',
        GITHUB_API_URL: url,
        GITHUB_REPOSITORY: 'squads/tree',
        GITHUB_EVENT_PATH: event,
        GITHUB_TOKEN: 'a-token',
      }
    : {
        GITLAB_CI: 'true',
        CI_API_V4_URL: url,
        CI_PROJECT_ID: '34',
        CI_MERGE_REQUEST_IID: '12',
        SQUADKIT_TOKEN: 'a-token',
      };
