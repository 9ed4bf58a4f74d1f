import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Cluster, clusterOf } from '../../../functions/doctor/cluster.ts';
import { type Examination, examineHub, examineRemote } from '../../../functions/doctor/doctor.ts';
import type { Send } from '../../../functions/evidence/live/api-server.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';

/** What the API server of an installation answered, by paths; see test/install/recorder.ts. */
export interface Recording {
  /** Which kinds there are, and the version. */
  roots: Record<string, unknown>;
  objects: Record<string, unknown>;
  /** Paths of collections that were listed. */
  lists: string[];
  /** Metadata of Secrets. */
  secrets: Record<string, unknown>;
  /** Answers to dry runs, by method, path and body. */
  attempts: Record<string, { status: number; content: unknown }>;
}

/** An installation to break. */
export interface Installation extends Omit<Recording, 'objects'> {
  objects: Record<string, KubernetesObject>;
  /** Paths of objects that may not be read. */
  closed: Set<string>;
}

/** When the installations were recorded: certificates are looked at as on that day. */
export const recorded = new Date('2026-11-28T12:00:00Z');

const directory = join(import.meta.dirname, '../../recorded/installation');
const texts = Object.fromEntries(
  ['hub', 'aqua'].map((name) => [name, readFileSync(join(directory, `${name}.json`), 'utf8')]),
);

/** The installation at the end of `npm run test:install`, as it was recorded there. */
export const installationOf = (name: 'hub' | 'aqua'): Installation => ({
  ...JSON.parse(texts[name] ?? ''),
  closed: new Set(),
});

/** The path of an object, by its kind and name. */
export const pathIn = ({ objects }: Installation, { kind, metadata }: KubernetesObject): string => {
  const found = Object.entries(objects).find(
    ([, object]) =>
      object.kind === kind &&
      object.metadata?.name === metadata?.name &&
      (metadata?.namespace === undefined || object.metadata?.namespace === metadata.namespace),
  );
  if (found === undefined) throw new Error(`the installation has no ${kind} ${metadata?.name}`);

  return found[0];
};

const isIn = (list: string, path: string): boolean => {
  const [root, plural] = [list.slice(0, list.lastIndexOf('/')), list.slice(list.lastIndexOf('/') + 1)];
  const rest = path.startsWith(`${root}/`) ? path.slice(root.length + 1).split('/') : [];

  return rest.length === 2 ? rest[0] === plural : rest.length === 4 && rest[0] === 'namespaces' && rest[2] === plural;
};

/** A list says once of which kind its objects are. */
const inList = ({ apiVersion: _, kind: __, ...object }: KubernetesObject) => object;

const written = new WeakMap<object, string>();

/** Most of an installation stays as it is from one look to the next, and is written once. */
const textOf = (content: unknown): string => {
  if (typeof content !== 'object' || content === null) return JSON.stringify(content);
  const text = written.get(content) ?? JSON.stringify(content);
  written.set(content, text);

  return text;
};

/** Answers as the API server of an installation. */
const sendTo =
  ({ roots, objects, lists, secrets, attempts, closed }: Installation): Send =>
  async ({ path, method = 'GET', body }) => {
    const answer = (status: number, content: unknown) => ({ status, body: textOf(content) });
    if (method !== 'GET') {
      const attempt = attempts[`${method} ${path} ${body}`];

      return attempt === undefined ? answer(201, {}) : answer(attempt.status, attempt.content);
    }
    if (closed.has(path)) return answer(403, {});
    if (lists.includes(path)) {
      const items = Object.entries(objects).flatMap(([own, object]) => (isIn(path, own) ? [inList(object)] : []));

      return answer(200, { items });
    }
    const content = roots[path] ?? secrets[path] ?? objects[path];

    return content === undefined ? answer(404, {}) : answer(200, content);
  };

/** A cluster with what is in an installation. */
export const clusterWith = (name: 'hub' | 'aqua', installation: Installation): Cluster =>
  clusterOf(sendTo(installation), { name, server: 'https://example.org' });

/** What the doctor finds in an installation. */
export const examined = (name: 'hub' | 'aqua', installation: Installation): Promise<Examination> => {
  const cluster = clusterWith(name, installation);

  return name === 'hub' ? examineHub(cluster, recorded) : examineRemote(cluster);
};
