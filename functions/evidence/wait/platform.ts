import { zonesOf } from '../../documents/zones.ts';
import { differences } from '../../objects/difference.ts';
import { conditionOf, isPaused, type KubernetesObject, specOf } from '../../objects/resource.ts';
import { squadSpec } from '../../squad/schema.ts';
import type { World } from '../../tree/world.ts';
import { zoneSpec } from '../../zone/schema.ts';
import type { Found, Hub } from '../live/hub.ts';
import type { Awaited } from './awaiting.ts';

/** A Zone or a Squad on which a Service depends: as a commit has it, and as the hub has it. */
export interface Registered {
  /** `Zone frontier`. */
  what: string;
  document: KubernetesObject;
  found: Found;
}

/** The Zones that a Service names, and its Squad, as far as the tree has them: with a tree of its own a platform says the rest. */
export const registeredFor = async (
  service: KubernetesObject,
  { zones, squads }: Pick<World, 'zones' | 'squads'>,
  { get }: Pick<Hub, 'get'>,
): Promise<Registered[]> => {
  const documents = [
    squads.get(service.metadata?.namespace ?? ''),
    ...[...new Set(zonesOf(service))].map((name) => zones.get(name)),
  ].flatMap((document) => document?.object ?? []);

  return Promise.all(
    documents.map(async (document) => {
      const { apiVersion, kind, metadata = {} } = document;
      const name = metadata.name ?? '';

      return { what: `${kind} ${name}`, document, found: await get({ apiVersion, kind, name }) };
    }),
  );
};

/** How long the function may take to look at the Services of a Zone or a Squad that was changed, and some for clocks. */
const noticed = 60_000;

/** When somebody wrote the document last: servers note each writer, and who writes a status apart. */
const changedAt = ({ metadata = {} }: KubernetesObject): number => {
  const notes = Array.isArray(metadata.managedFields) ? metadata.managedFields : [];
  const times = notes.flatMap((note) =>
    note?.subresource === undefined && typeof note?.time === 'string' && note.fieldsV1?.['f:spec'] !== undefined
      ? [Date.parse(note.time)]
      : [],
  );

  return Math.max(0, ...times.filter(Number.isFinite));
};

/** Both as the schema completes them. */
const saysTheSame = ({ document, found }: { document: KubernetesObject; found: KubernetesObject }): boolean => {
  const schema = document.kind === 'Zone' ? zoneSpec : squadSpec;
  const [asked, there] = [document.spec ?? {}, specOf(found)].map((spec) => {
    const parsed = schema.safeParse(spec);

    return parsed.success ? parsed.data : spec;
  });
  const marks = [document, found].map(({ metadata }) => metadata?.labels ?? {});

  return (
    differences(asked, there).length === 0 &&
    Object.entries(marks[0] ?? {}).every(([label, value]) => marks[1]?.[label] === value)
  );
};

/** Why a Service that is Ready may be so as it was before; undefined if the hub has what the commit says. `now` is when. */
export const notThere = ({ what, document, found }: Registered, now: number): Awaited | undefined => {
  const waiting = (words: string): Awaited => ({ state: 'Waiting', words });
  if ('missing' in found) {
    return found.missing === 'not allowed' ? undefined : waiting(`the hub does not have ${what} of this commit yet`);
  }
  const { object } = found;
  if (!saysTheSame({ document, found: object })) return waiting(`the hub does not have ${what} of this commit yet`);
  if (isPaused(object)) return waiting(`${what} is paused: what this commit says of it is not looked at`);
  const accepted = conditionOf(object, 'Accepted');
  const generations = [conditionOf(object, 'Synced')?.observedGeneration, object.status?.observedGeneration];
  const seen = generations.filter((one) => typeof one === 'number');
  const isAbout = seen.length > 0 && seen.every((generation) => generation >= (object.metadata?.generation ?? 0));
  if (!isAbout || accepted === undefined) return waiting(`${what} is about to be looked at`);
  if (accepted.status !== 'True') {
    return {
      state: 'Refused',
      words: `${what} of this commit is refused: ${accepted.message ?? accepted.reason ?? ''}`,
    };
  }

  return now - changedAt(object) < noticed
    ? waiting(`${what} was changed a moment ago: its Services are about to follow`)
    : undefined;
};

/** What nobody could compare, in words after a sentence. */
export const unseen = (registered: readonly Registered[]): string => {
  const names = registered.flatMap(({ what, found }) =>
    'missing' in found && found.missing === 'not allowed' ? [what] : [],
  );

  return names.length === 0 ? '' : `; whether the hub has ${names.join(' and ')} of this commit you may not see`;
};
