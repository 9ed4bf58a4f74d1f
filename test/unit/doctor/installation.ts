import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deviationsFrom } from '../../../functions/doctor/as-shipped.ts';
import { type Cluster, clusterOf } from '../../../functions/doctor/cluster.ts';
import { type Examination, examineHub, examineRemote } from '../../../functions/doctor/doctor.ts';
import { referenceOf } from '../../../functions/doctor/packages.ts';
import type { Send } from '../../../functions/evidence/live/api-server.ts';
import { kindsIn, pathOf as pathOfAll, type ResourceList, rootOf } from '../../../functions/evidence/live/paths.ts';
import {
  configurationManifests,
  hubManifests,
  remoteManifests,
} from '../../../functions/evidence/register/manifests.ts';
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

const shipped = { hub: [...hubManifests, ...configurationManifests], aqua: remoteManifests };

const { version } = referenceOf(
  hubManifests.find(({ object }) => object.kind === 'Configuration')?.object.spec?.package,
);

/** Where an object of a kind lies; the kind is one that was asked for when the installation was recorded. */
const pathOf = ({ roots }: Recording, { apiVersion, kind, metadata = {} }: KubernetesObject): string => {
  const root = rootOf(apiVersion);
  const found = kindsIn((roots[root] ?? {}) as ResourceList).get(kind);
  if (found === undefined) throw new Error(`no ${kind} was recorded: npm run test:install -- --record`);

  return `${pathOfAll(root, found, metadata.namespace)}/${encodeURIComponent(metadata.name ?? '')}`;
};

/**
 * The installation at the end of `npm run test:install`, as it was recorded there, with what is shipped since then as it
 * would be applied.
 */
export const installationOf = (name: 'hub' | 'aqua'): Installation => {
  // A release changes the versions everywhere, and nothing else.
  const text = (texts[name] ?? '')
    .replaceAll(/(ghcr\.io\/squadkit\/(?:(?:function-)?squadkit|janitor)):v[\w.-]+/g, `$1:${version}`)
    // The janitor said so a moment before.
    .replaceAll(/(\\"lookedAt\\":\\")[^"\\]+/g, `$1${recorded.toISOString()}`);
  const recording = JSON.parse(text) as Recording & { objects: Record<string, KubernetesObject> };
  const newer = shipped[name].flatMap(({ object }): [string, KubernetesObject][] => {
    const path = pathOf(recording, object);
    const before = recording.objects[path];
    if (before !== undefined && deviationsFrom(object, before).length === 0) return [];
    const metadata = { ...before?.metadata, ...object.metadata };

    return [[path, { ...before, ...object, metadata, ...(before && { status: before.status }) } as KubernetesObject]];
  });
  if (newer.length > 0) console.log(`${name}: ${newer.length} objects are newer than the recording`);

  return { ...recording, objects: { ...recording.objects, ...Object.fromEntries(newer) }, closed: new Set() };
};

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

/** Lists that the doctor asks for since the recording: of these kinds there is what was recorded one by one. */
const newerLists =
  /\/(clusterroles|roles|clusterrolebindings|rolebindings|imageconfigs|compositions|namespaces\/[^/]+\/secrets)$/;

/** Answers as the API server of an installation. */
const sendTo =
  ({ roots, objects, lists, secrets, attempts, closed }: Installation): Send =>
  async ({ path, method = 'GET', body }) => {
    const answer = (status: number, content: unknown) => ({ status, body: textOf(content) });
    if (method !== 'GET') {
      const attempt = attempts[`${method} ${path} ${body}`];

      return attempt === undefined ? answer(201, {}) : answer(attempt.status, attempt.content);
    }
    const [place = ''] = path.split('?');
    if (closed.has(place)) return answer(403, {});
    if (lists.includes(place) || newerLists.test(place)) {
      const items = Object.entries(objects).flatMap(([own, object]) => (isIn(place, own) ? [inList(object)] : []));

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
