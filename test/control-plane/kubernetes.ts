import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest, type RequestOptions } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';

/** Any Kubernetes object, as its YAML reads. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    creationTimestamp?: string;
    deletionTimestamp?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    finalizers?: string[];
    ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
    managedFields?: unknown[];
  };
  data?: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: objects of every kind pass through here, and tests read deep into them.
  [field: string]: any;
}

/** What names one object. */
export interface ObjectReference {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
  lastTransitionTime?: string;
}

interface Table {
  columnDefinitions: { name: string; priority: number }[];
  rows: { cells: unknown[] }[];
}

interface ListOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
}

/** An answer of the API server that is not a success; `status` is the HTTP status, `message` what it says. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** What a kubeconfig of ours holds: one cluster, one user with a token. */
interface Kubeconfig {
  clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
  users: [{ user: { token: string } }];
}

/** A thin client for one cluster: everything by apiVersion and kind, with server-side apply. */
export class Cluster {
  readonly kubeconfigPath: string;
  readonly server: string;
  /** The authority that signed the API server's certificate, as PEM. */
  readonly certificate: string;
  readonly #headers: Record<string, string>;
  readonly #agent: Agent;
  readonly #paths = new Map<string, { plural: string; namespaced: boolean }>();

  constructor(kubeconfigPath: string, impersonated?: { user: string; groups: string[] }) {
    this.kubeconfigPath = kubeconfigPath;
    const { clusters, users } = parse(readFileSync(kubeconfigPath, 'utf8')) as Kubeconfig;
    this.server = clusters[0].cluster.server;
    this.certificate = Buffer.from(clusters[0].cluster['certificate-authority-data'], 'base64').toString();
    this.#agent = new Agent({ keepAlive: true, ca: this.certificate });
    this.#headers = { authorization: `Bearer ${users[0].user.token}` };
    this.#impersonated = impersonated;
  }

  readonly #impersonated: { user: string; groups: string[] } | undefined;

  /** The same cluster as somebody else: by default any user, who is only what these groups make them. */
  as(user: string, groups: string[] = []): Cluster {
    return new Cluster(this.kubeconfigPath, { user, groups: [...groups, 'system:authenticated'] });
  }

  /** The same cluster with another token. */
  with(token: string): Cluster {
    const other = new Cluster(this.kubeconfigPath);
    other.#headers.authorization = `Bearer ${token}`;

    return other;
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

    return JSON.parse(
      await this.#send('GET', path, undefined, undefined, 'application/json;as=Table;v=v1;g=meta.k8s.io'),
    );
  }

  /** Server-side apply; conflicts with other managers are won unless `force` is false. */
  async apply<T extends KubernetesObject>(
    object: T,
    { fieldManager = 'squadkit-harness', force = true, subresource = '', dryRun = false } = {},
  ): Promise<T> {
    const path = await this.#path(object, subresource);
    const options = query({ fieldManager, force: String(force), ...(dryRun && { dryRun: 'All' }) });

    return this.request<T>('PATCH', `${path}${options}`, object, 'application/apply-patch+yaml');
  }

  /** Creates an object, and fails when there is one of that name. */
  async create<T extends KubernetesObject>(object: T): Promise<T> {
    const path = await this.#collection(object.apiVersion, object.kind, object.metadata.namespace);

    return this.request<T>('POST', path, object);
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
  watch(
    apiVersion: string,
    kind: string,
    onChange: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubernetesObject) => void,
    options: ListOptions = {},
  ): () => void {
    const abort = new AbortController();
    const { namespace, ...selectors } = options;
    const follow = async () => {
      const path = await this.#collection(apiVersion, kind, namespace);
      await this.#stream(`${path}${query({ ...selectors, watch: 'true' })}`, abort.signal, (line) => {
        const { type, object } = JSON.parse(line) as { type: 'ADDED'; object: KubernetesObject };
        if (object.metadata?.name) onChange(type, object);
      });
    };
    const repeat = async () => {
      while (!abort.signal.aborted) {
        // A cluster that is away for a moment, or a kind that does not exist yet: ask again.
        await follow().catch(() => undefined);
        if (!abort.signal.aborted) await sleep(500);
      }
    };
    void repeat();

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
    return this.#send('GET', '/metrics');
  }

  /** A request to any path of the API server. */
  async request<T>(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<T> {
    return JSON.parse((await this.#send(method, path, body, contentType)) || '{}') as T;
  }

  async #send(
    method: string,
    path: string,
    body?: unknown,
    contentType?: string,
    accept = 'application/json',
    attempt = 0,
  ): Promise<string> {
    const content = body === undefined ? undefined : JSON.stringify(body);
    try {
      return await new Promise<string>((resolve, reject) => {
        const request = httpsRequest(
          `${this.server}${path}`,
          this.#options(method, content, contentType, accept),
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk) => chunks.push(chunk));
            response.once('error', reject);
            response.once('end', () => {
              const text = Buffer.concat(chunks).toString();
              const status = response.statusCode ?? 0;
              if (status >= 200 && status < 300) return resolve(text);

              return reject(apiError(method, path, status, text));
            });
          },
        );
        request.once('error', (error) => reject(Object.assign(error, { isReused: request.reusedSocket })));
        request.end(content);
      });
    } catch (error) {
      // A kept connection that the server closed in the same moment: nothing was done yet.
      if ((error as { isReused?: boolean }).isReused && attempt < 3) {
        return this.#send(method, path, body, contentType, accept, attempt + 1);
      }
      throw error;
    }
  }

  async #stream(path: string, signal: AbortSignal, onLine: (line: string) => void): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const request = httpsRequest(
        `${this.server}${path}`,
        { ...this.#options('GET'), agent: false, ca: this.certificate, signal },
        (response) => {
          if (response.statusCode !== 200) {
            response.resume();
            reject(apiError('GET', path, response.statusCode ?? 0, ''));

            return;
          }
          let rest = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            const lines = (rest + chunk).split('\n');
            rest = lines.pop() ?? '';
            for (const line of lines) onLine(line);
          });
          response.once('error', reject);
          response.once('close', resolve);
        },
      );
      request.once('error', reject);
      request.end();
    });
  }

  #options(
    method: string,
    content?: string,
    contentType = 'application/json',
    accept = 'application/json',
  ): RequestOptions {
    const impersonation = this.#impersonated && {
      'impersonate-user': this.#impersonated.user,
      'impersonate-group': this.#impersonated.groups,
    };

    return {
      method,
      agent: this.#agent,
      headers: {
        accept,
        ...this.#headers,
        ...impersonation,
        ...(content !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(content) }),
      },
    };
  }

  async #path({ apiVersion, kind, metadata }: ObjectReference, subresource = ''): Promise<string> {
    const collection = await this.#collection(apiVersion, kind, metadata.namespace);

    return `${collection}/${encodeURIComponent(metadata.name)}${subresource && `/${subresource}`}`;
  }

  async #collection(apiVersion: string, kind: string, namespace?: string): Promise<string> {
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const { plural, namespaced } = await this.#resource(root, kind);

    return `${root}${namespaced && namespace ? `/namespaces/${namespace}` : ''}/${plural}`;
  }

  async #resource(root: string, kind: string) {
    const known = this.#paths.get(`${root}/${kind}`);
    if (known) return known;

    const { resources } = await this.request<{ resources: { name: string; kind: string; namespaced: boolean }[] }>(
      'GET',
      root,
    );
    for (const { name, kind: found, namespaced } of resources) {
      if (!name.includes('/')) this.#paths.set(`${root}/${found}`, { plural: name, namespaced });
    }
    const resource = this.#paths.get(`${root}/${kind}`);
    if (!resource) throw new ApiError(404, 'NotFound', `the cluster has no kind ${kind} in ${root}`);

    return resource;
  }
}

/** A condition of an object. */
export const condition = (object: KubernetesObject | undefined, type: string): Condition | undefined =>
  (object?.status?.conditions as Condition[] | undefined)?.find((candidate) => candidate.type === type);

/** Whether a condition of an object is True. */
export const isTrue = (object: KubernetesObject | undefined, type: string): boolean =>
  condition(object, type)?.status === 'True';

/** All conditions of an object in one line. */
export const describeConditions = (object: KubernetesObject): string =>
  ((object.status?.conditions as Condition[] | undefined) ?? [])
    .map(({ type, status, reason, message }) => `${type}=${status} (${[reason, message].filter(Boolean).join(': ')})`)
    .join(', ') || 'no conditions yet';

const orUndefined = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
};

const query = (parameters: Record<string, string | undefined>) => {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);

  return given.length ? `?${new URLSearchParams(given)}` : '';
};

const apiError = (method: string, path: string, status: number, text: string) => {
  try {
    const { reason, message } = JSON.parse(text) as { reason?: string; message?: string };

    return new ApiError(status, reason ?? '', message ?? `${method} ${path}: ${status}`);
  } catch {
    return new ApiError(status, '', `${method} ${path}: ${status} ${text}`.trim());
  }
};
