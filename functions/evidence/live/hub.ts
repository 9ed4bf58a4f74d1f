import type { KubernetesObject } from '../../objects/resource.ts';
import { Unplannable } from '../../tree/problem.ts';
import { type OddIn, oddInKinds, oddInList, oddInObject, type Page } from './answers.ts';
import { apiServerOf, type HttpAnswer, type HttpQuestion, type Send } from './api-server.ts';
import type { Connection } from './kubeconfig.ts';
import { type Collection, kindsIn, pathOf, type ResourceList, rootOf } from './paths.ts';

/** What names an object. */
export interface Reference {
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string | undefined;
}

/** An object, or why there is none to see. */
export type Found = { object: KubernetesObject } | { missing: 'not there' | 'not allowed' | 'unknown kind' };

/** A hub that can be looked at. Nothing here writes, and nothing can ask for a Secret. */
export interface Hub {
  server: string;
  context: string;
  get: (reference: Reference) => Promise<Found>;
  /** All objects of a kind that has no namespace; undefined if they are not to be seen. */
  list: (apiVersion: string, kind: string) => Promise<KubernetesObject[] | undefined>;
}

const seconds = 15;
/** For a whole answer, however it drips; and what it may be long. A list of 500 Services is some 3 MiB. */
const bounds = { timeout: seconds * 1000, whole: 60_000, most: 64 * 2 ** 20 };
const onePage = 500;
const mostPages = 100;

/** What a look at a cluster asks its API server, in the sentences of this command line when that does not work. */
export interface Inquiry {
  /** The answer, whose status is one of `expected`. */
  ask: (question: HttpQuestion, expected?: number[]) => Promise<HttpAnswer>;
  /** What an answer says, unless it is odd. */
  json: <Content>(answer: HttpAnswer, oddIn: OddIn) => Content;
  /** All objects of a list, page by page; undefined if it is not to be seen. `query` is what else to ask. */
  pages: (question: HttpQuestion, query?: string) => Promise<KubernetesObject[] | undefined>;
  /** The path of all objects of a kind; undefined if the cluster does not know the kind. */
  collection: (of: Omit<Reference, 'name'>) => Promise<string | undefined>;
}

/**
 * Asks through `send`; `what` is the cluster in words: `the hub`.
 *
 * @throws Unplannable, by each of its functions, if the cluster cannot be reached or answers with something else
 */
export const inquiryOf = (send: Send, server: string, what: string): Inquiry => {
  const kinds = new Map<string, Promise<Map<string, Collection>>>();

  const ask: Inquiry['ask'] = async ({ headers, ...question }, expected = [200, 403, 404]) => {
    let answer: HttpAnswer;
    try {
      answer = await send({ ...question, headers: { 'user-agent': 'squadkit-evidence', ...headers } });
    } catch (error) {
      throw new Unplannable(`cannot reach ${what} at ${server}: ${reasonOf(error)}`);
    }
    if (answer.status === 401) {
      throw new Unplannable(`${what} at ${server} does not know who you are: sign in, or use another kubeconfig`);
    }
    if (!expected.includes(answer.status)) {
      throw new Unplannable(`${what} at ${server} answers with status ${answer.status}: try again later`);
    }

    return answer;
  };

  const json = <Content>({ body }: HttpAnswer, oddIn: OddIn): Content => {
    let content: unknown;
    try {
      content = JSON.parse(body);
    } catch {
      throw new Unplannable(`what answers at ${server} is no Kubernetes API server`);
    }
    const odd = oddIn(content);
    if (odd !== undefined)
      throw new Unplannable(`${what} at ${server} answers oddly, so nothing is said of it: ${odd}`);

    return content as Content;
  };

  const kindsOf = async (root: string) => {
    const answer = await ask({ path: root });
    return kindsIn(answer.status === 200 ? json<ResourceList>(answer, oddInKinds) : {});
  };

  const pages: Inquiry['pages'] = async (question, query = '') => {
    const all: KubernetesObject[] = [];
    let next: string | undefined;
    for (let page = 0; page < mostPages; page += 1) {
      const parts = [query, `limit=${onePage}`, next && `continue=${encodeURIComponent(next)}`].filter(Boolean);
      const answer = await ask({ ...question, path: `${question.path}?${parts.join('&')}` });
      if (answer.status !== 200) return undefined;
      const { items, metadata } = json<Page>(answer, oddInList);
      all.push(...(items ?? []));
      next = metadata?.continue || undefined;
      if (next === undefined) return all;
    }
    // What was not seen is not taken for absent.
    throw new Unplannable(
      `${what} at ${server} lists more than ${mostPages} pages at ${question.path}: nobody looks through all of it`,
    );
  };

  return {
    ask,
    json,
    pages,
    collection: async ({ apiVersion, kind, namespace }) => {
      const root = rootOf(apiVersion);
      const known = kinds.get(root) ?? kindsOf(root);
      kinds.set(root, known);
      let found: Collection | undefined;
      try {
        found = (await known).get(kind);
      } finally {
        // What is not there may be on its way, and who did not answer may answer.
        if (found === undefined) kinds.delete(root);
      }

      return found && pathOf(root, found, namespace);
    },
  };
};

/** How to reach a cluster for a look: not for long, and not by many connections. */
export const sendTo = (connection: Connection): Send => apiServerOf(connection, { ...bounds, maxSockets: 8 });

/** A hub behind an API server: a client of GET requests, which is all that a look needs. */
export const hubOf = (connection: Connection): Hub => ({
  server: connection.server,
  context: connection.context,
  ...looksThrough(inquiryOf(sendTo(connection), connection.server, 'the hub')),
});

/** The looks of a Hub, by an inquiry. */
export const looksThrough = ({ ask, json, pages, collection }: Inquiry): Pick<Hub, 'get' | 'list'> => {
  const pathTo = (of: Omit<Reference, 'name'>) => {
    if (of.kind === 'Secret') throw new Error('a look never reads a Secret');
    return collection(of);
  };

  return {
    get: async (reference) => {
      const path = await pathTo(reference);
      if (path === undefined) return { missing: 'unknown kind' };
      const answer = await ask({ path: `${path}/${encodeURIComponent(reference.name)}` });
      if (answer.status === 404) return { missing: 'not there' };
      if (answer.status === 403) return { missing: 'not allowed' };

      return { object: json<KubernetesObject>(answer, oddInObject) };
    },
    list: async (apiVersion, kind) => {
      const path = await pathTo({ apiVersion, kind });
      return path === undefined ? undefined : pages({ path });
    },
  };
};

const reasons: Record<string, string> = {
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  ETIMEDOUT: `it does not answer within ${seconds} s`,
  ETOOSLOW: `its answer does not end within ${bounds.whole / 1000} s`,
  ETOOLONG: `its answer is longer than ${bounds.most / 2 ** 20} MiB`,
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not of the authority in the kubeconfig',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not of the authority in the kubeconfig',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not of the authority in the kubeconfig',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** Messages of a TLS library may say more of a key than anybody should read: only codes are told. */
const reasonOf = (error: unknown): string => {
  const { code = 'it does not answer' } = error as NodeJS.ErrnoException;
  return reasons[code] ?? code;
};
