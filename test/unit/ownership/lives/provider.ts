import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { type Maker, make, type Outside, thingOf } from './outside.ts';

const annotation = (what: string): string => `crossplane.io/external-create-${what}`;

const say = (object: KubernetesObject, synced: string | undefined, more: Record<string, unknown> = {}): void => {
  const before = (object.status?.conditions ?? []) as { type: string }[];
  const { isThere, ...shown } = more;
  object.status = {
    ...object.status,
    ...shown,
    conditions: [
      {
        type: 'Synced',
        status: synced === undefined ? 'True' : 'False',
        ...(synced !== undefined && { message: synced }),
        observedGeneration: object.metadata?.generation,
      },
      // As seen on provider-sql v0.16.0: Ready stays True when a thing vanishes.
      ...(isThere ? [{ type: 'Ready', status: 'True' }] : before.filter(({ type }) => type === 'Ready')),
    ],
  };
};

const may = (object: KubernetesObject, what: string): boolean => {
  const policies = (object.spec?.managementPolicies ?? ['*']) as string[];

  return policies.includes('*') || policies.includes(what);
};

/** Seconds, because that is what Kubernetes writes: each reconcile is one later. */
let clock = Date.parse('2026-01-01T00:00:00Z');
const tick = (): string => {
  clock += 1000;
  return `${new Date(clock).toISOString().slice(0, 19)}Z`;
};

const annotate = (object: KubernetesObject, what: string): void => {
  object.metadata = {
    ...object.metadata,
    annotations: { ...object.metadata?.annotations, [annotation(what)]: tick() },
  };
};

const isThere = (outside: Outside, name: string, schema: string | undefined): boolean => {
  const thing = outside.things.get(name);

  return thing !== undefined && (schema === undefined || thing.schemas.has(schema));
};

const shownOf = (outside: Outside, kind: string, name: string): Record<string, unknown> => {
  const says = outside.things.get(name)?.says ?? {};
  if (kind === 'Role') {
    const configurationParameters = Object.entries(says).map(([key, value]) => ({ name: key, value }));
    return { atProvider: { configurationParameters } };
  }

  return kind === 'Namespace' ? { atProvider: { manifest: { metadata: { labels: says } } } } : {};
};

/** One reconcile of a managed resource, as crossplane-runtime v2.2.1 and the two providers do it. */
export const reconcile = (object: KubernetesObject, outside: Outside, by: Maker): void => {
  const { kind, name, schema, says } = thingOf(object);
  if (!outside.isUp) {
    say(object, 'observe failed: connection refused');
    return;
  }
  if (kind === 'Other') {
    say(object, undefined, { isThere: true });
    return;
  }

  if (kind === 'Grant') {
    close(object, outside, name);
    return;
  }

  const exists = isThere(outside, name, schema);
  if (!exists && !may(object, 'Create')) {
    const isLook = !may(object, 'Update');
    say(object, isLook ? 'observe failed: external resource does not exist' : 'update failed: does not exist');
    return;
  }
  if (!exists) {
    create(object, outside, by);
    return;
  }

  const thing = outside.things.get(name);
  if (thing !== undefined && schema === undefined && may(object, 'Update')) {
    outside.touched.push({ by, what: name, whose: thing.maker, how: 'update', wasBegun: !thing.isOpen });
    thing.says = { ...thing.says, ...says };
  }
  say(object, undefined, { isThere: true, ...shownOf(outside, kind, name) });
};

/** What a Grant says of a database, provider-sql says in that database. */
const close = (object: KubernetesObject, outside: Outside, name: string): void => {
  const database = outside.things.get(name);
  if (database === undefined) {
    say(object, 'connect failed: database does not exist');
    return;
  }
  database.isOpen = false;
  say(object, undefined, { isThere: true });
};

const create = (object: KubernetesObject, outside: Outside, by: Maker): void => {
  const { kind, name, schema, says } = thingOf(object);
  annotate(object, 'pending');
  // A database must be there before its schema.
  if (!outside.mayCreate || (schema !== undefined && !outside.things.has(name))) {
    annotate(object, 'failed');
    say(object, 'create failed: permission denied');
    return;
  }
  if (schema === undefined) make(outside, name, by, says);
  else outside.things.get(name)?.schemas.add(schema);
  if (outside.diesAtNext) {
    outside.diesAtNext = false;
    return;
  }
  annotate(object, 'succeeded');
  say(object, undefined, { isThere: true, ...shownOf(outside, kind, name) });
};

/** The managed resource goes, and with it what it may end. */
export const remove = (object: KubernetesObject, outside: Outside, by: Maker): void => {
  const { kind, name, schema } = thingOf(object);
  const thing = outside.things.get(name);
  // A right that is taken away opens nothing to everybody.
  if (kind === 'Grant' || thing === undefined || !may(object, 'Delete')) return;
  if (schema !== undefined) {
    thing.schemas.delete(schema);
    return;
  }
  outside.touched.push({ by, what: name, whose: thing.maker, how: 'delete', wasBegun: !thing.isOpen });
  outside.things.delete(name);
};
