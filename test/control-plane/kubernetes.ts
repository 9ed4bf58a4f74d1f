import { setTimeout as sleep } from 'node:timers/promises';
import { apiServerOf, type Send } from '../../functions/evidence/live/api-server.ts';
import { type Connection, connectionOf, impersonating } from '../../functions/evidence/live/kubeconfig.ts';
import { type Collection, kindsIn, pathOf, type ResourceList, rootOf } from '../../functions/evidence/live/paths.ts';
import { ApiError, apiError, orUndefined } from './api-error.ts';
import { waitUntilGranted } from './granted.ts';
import { describeConditions, type KubernetesObject, type ObjectReference } from './objects.ts';
import { type OnChange, watchUntil } from './watch.ts';

interface Table {
  columnDefinitions: { name: string; priority: number }[];
  rows: { cells: unknown[] }[];
}

interface ListOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

/**
 * Everything that is done to one cluster, by apiVersion and kind, with server-side apply. Whatever is no success rejects
 * with an ApiError.
 */
export class Cluster {
  readonly kubeconfigPath: string;
  readonly server: string;
  /** The authority that signed the API server's certificate, as PEM. */
  readonly certificate: string;
  readonly #connection: Connection;
  readonly #send: Send;
  readonly #collections = new Map<string, Collection>();

  /** `headers` are those of another identity than the kubeconfig's. */
  constructor(kubeconfigPath: string, headers: Connection['headers'] = {}) {
    const connection = connectionOf({ kubeconfig: kubeconfigPath });
    this.kubeconfigPath = kubeconfigPath;
    this.server = connection.server;
    this.certificate = String(connection.tls.ca ?? '');
    this.#connection = { ...connection, headers: { ...connection.headers, ...headers } };
    this.#send = apiServerOf(this.#connection);
  }

  /** The same cluster as somebody else: by default any user, who is only what these groups make them. */
  as(user: string, groups: string[] = []): Cluster {
    return new Cluster(this.kubeconfigPath, impersonating(user, [...groups, 'system:authenticated']));
  }

  /** The same cluster with another token. */
  with(token: string): Cluster {
    return new Cluster(this.kubeconfigPath, { authorization: `Bearer ${token}` });
  }

  /** The object, or undefined when there is none. */
  async get<T extends KubernetesObject = KubernetesObject>(reference: ObjectReference): Promise<T | undefined> {
    return orUndefined(this.#path(reference).then((path) => this.request<T>('GET', path)));
  }

  /** All objects of a kind, in one namespace or in all. */
  async list<T extends KubernetesObject = KubernetesObject>(
    apiVersion: string,
    kind: string,
    { namespace, ...selectors }: ListOptions = {},
  ): Promise<T[]> {
    const path = await this.#collection(apiVersion, kind, namespace);
    const { items } = await this.request<{ items: T[] }>('GET', `${path}${query(selectors)}`);

    return items.map((item) => ({ ...item, apiVersion, kind }));
  }

  /** What `kubectl get` prints: the API server's own table. */
  async table(apiVersion: string, kind: string, namespace: string): Promise<Table> {
    const path = await this.#collection(apiVersion, kind, namespace);

    return JSON.parse(await this.#ask('GET', path, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }));
  }

  /**
   * Server-side apply; conflicts with other managers are won unless `force` is false. Rights are given when it returns.
   */
  async apply<T extends KubernetesObject>(
    object: T,
    { fieldManager = 'squadkit-harness', force = true, subresource = '', dryRun = false } = {},
  ): Promise<T> {
    const path = await this.#path(object, subresource);
    const options = query({ fieldManager, force: String(force), ...(dryRun && { dryRun: 'All' }) });

    const applied = await this.request<T>('PATCH', `${path}${options}`, object, 'application/apply-patch+yaml');
    if (isBinding(object) && !dryRun) await waitUntilGranted(this, object);

    return applied;
  }

  /** Creates an object, and fails when there is one of that name. Rights are given when it returns. */
  async create<T extends KubernetesObject>(object: T): Promise<T> {
    const path = await this.#collection(object.apiVersion, object.kind, object.metadata.namespace);
    const created = await this.request<T>('POST', path, object);
    if (isBinding(object)) await waitUntilGranted(this, object);

    return created;
  }

  /** Changes an object by a merge patch, or by a JSON patch when it is a list. */
  async patch(reference: ObjectReference, change: object, { subresource = '' } = {}): Promise<KubernetesObject> {
    const type = Array.isArray(change) ? 'application/json-patch+json' : 'application/merge-patch+json';

    return this.request('PATCH', await this.#path(reference, subresource), change, type);
  }

  /** Asks for an object's deletion; an object that is not there is no error. */
  async delete(reference: ObjectReference, { propagationPolicy = 'Background' } = {}): Promise<void> {
    const path = await this.#path(reference);
    await orUndefined(this.request('DELETE', path, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy }));
  }

  /** Calls back for every change from now on, starting with what exists. Returns a function that stops it. */
  watch(apiVersion: string, kind: string, onChange: OnChange, options: ListOptions = {}): () => void {
    const abort = new AbortController();
    const { namespace, ...selectors } = options;
    const path = async () =>
      `${await this.#collection(apiVersion, kind, namespace)}${query({ ...selectors, watch: 'true' })}`;
    void watchUntil(abort.signal, this.#connection, path, onChange);

    return () => abort.abort();
  }

  /** Waits until the object is as wanted and returns it; when time is up, the error shows its last conditions. */
  async waitFor(
    reference: ObjectReference,
    isWanted: (object: KubernetesObject | undefined) => boolean,
    { seconds = 120, what = 'as wanted', interval = 250 } = {},
  ): Promise<KubernetesObject | undefined> {
    const deadline = Date.now() + seconds * 1000;
    let last: KubernetesObject | undefined;
    let failure: unknown;
    while (Date.now() < deadline) {
      try {
        last = await this.get(reference);
        failure = undefined;
        if (isWanted(last)) return last;
      } catch (error) {
        failure = error;
      }
      await sleep(interval);
    }
    const { namespace, name } = reference.metadata;
    const seen = failure instanceof Error ? failure.message : last ? describeConditions(last) : 'it does not exist';

    throw new Error(
      `${reference.kind} ${namespace ? `${namespace}/` : ''}${name} was not ${what} after ${seconds} s: ${seen}`,
    );
  }

  /** The API server's own metrics, in the Prometheus text format. */
  async metrics(): Promise<string> {
    return this.#ask('GET', '/metrics');
  }

  /** A request to any path of the API server. */
  async request<T>(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<T> {
    const headers = body === undefined ? {} : { 'content-type': contentType };
    return JSON.parse((await this.#ask(method, path, headers, body)) || '{}') as T;
  }

  async #ask(method: string, path: string, headers: Record<string, string> = {}, content?: unknown): Promise<string> {
    const body = content === undefined ? {} : { body: JSON.stringify(content) };
    const answer = await this.#send({ method, path, headers, ...body });
    if (answer.status >= 200 && answer.status < 300) return answer.body;

    throw apiError(`${method} ${path}`, answer.status, answer.body);
  }

  async #path({ apiVersion, kind, metadata }: ObjectReference, subresource = ''): Promise<string> {
    const collection = await this.#collection(apiVersion, kind, metadata.namespace);

    return `${collection}/${encodeURIComponent(metadata.name)}${subresource && `/${subresource}`}`;
  }

  async #collection(apiVersion: string, kind: string, namespace?: string): Promise<string> {
    const root = rootOf(apiVersion);
    const known = this.#collections.get(`${root}/${kind}`) ?? (await this.#found(root, kind));

    return pathOf(root, known, namespace);
  }

  /** Only what is found is remembered: kinds are still to come while a control plane starts. */
  async #found(root: string, kind: string): Promise<Collection> {
    const kinds = kindsIn(await this.request<ResourceList>('GET', root));
    for (const [known, collection] of kinds) this.#collections.set(`${root}/${known}`, collection);
    const collection = kinds.get(kind);
    if (!collection) throw new ApiError(404, 'NotFound', `the cluster has no kind ${kind} in ${root}`);

    return collection;
  }
}

const isBinding = ({ kind }: KubernetesObject): boolean => /^(Cluster)?RoleBinding$/.test(kind);

const query = (parameters: Record<string, string | undefined>) => {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);

  return given.length ? `?${new URLSearchParams(given)}` : '';
};
