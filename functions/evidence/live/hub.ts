import type { KubernetesObject } from '../../objects/resource.ts';
import { Unplannable } from '../../tree/problem.ts';
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

/** What a look at a cluster asks its API server, in the sentences of this command line when that does not work. */
export interface Inquiry {
  /** The answer, whose status is one of `expected`. */
  ask: (question: HttpQuestion, expected?: number[]) => Promise<HttpAnswer>;
  json: <Content>(answer: HttpAnswer) => Content;
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

  const json = <Content>({ body }: HttpAnswer): Content => {
    try {
      return JSON.parse(body) as Content;
    } catch {
      throw new Unplannable(`what answers at ${server} is no Kubernetes API server`);
    }
  };

  const kindsOf = async (root: string) => {
    const answer = await ask({ path: root });
    return kindsIn(answer.status === 200 ? json<ResourceList>(answer) : {});
  };

  return {
    ask,
    json,
    collection: async ({ apiVersion, kind, namespace }) => {
      const root = rootOf(apiVersion);
      const known = kinds.get(root) ?? kindsOf(root);
      kinds.set(root, known);
      const found = (await known).get(kind);

      return found && pathOf(root, found, namespace);
    },
  };
};

/** How to reach a cluster for a look: not for long, and not by many connections. */
export const sendTo = (connection: Connection): Send =>
  apiServerOf(connection, { timeout: seconds * 1000, maxSockets: 8 });

/** A hub behind an API server: a client of GET requests, which is all that a look needs. */
export const hubOf = (connection: Connection): Hub => ({
  server: connection.server,
  context: connection.context,
  ...looksThrough(inquiryOf(sendTo(connection), connection.server, 'the hub')),
});

/** The looks of a Hub, by an inquiry. */
export const looksThrough = ({ ask, json, collection }: Inquiry): Pick<Hub, 'get' | 'list'> => {
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

      return { object: json<KubernetesObject>(answer) };
    },
    list: async (apiVersion, kind) => {
      const path = await pathTo({ apiVersion, kind });
      const answer = path === undefined ? undefined : await ask({ path });
      return answer?.status === 200 ? json<{ items: KubernetesObject[] }>(answer).items : undefined;
    },
  };
};

const reasons: Record<string, string> = {
  ECONNREFUSED: 'the connection is refused',
  ECONNRESET: 'the connection was cut',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name of the host cannot be looked up',
  ETIMEDOUT: `it does not answer within ${seconds} s`,
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
