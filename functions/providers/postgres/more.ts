import type { Component, More } from '../provider.ts';
import { connectionsOf } from './connections.ts';
import { localIn } from './generation.ts';
import { rolesOfKind } from './logins.ts';
import { extensionResource, generationOf } from './names.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

/** What a database asks for beyond what it has: connections, a login, an extension. What was begun is not more. */
export const more = ({ platform, settings, observed }: Component<PostgresZone, PostgresService>): More | undefined => {
  const { schema } = observed;
  const [app, readonly] = (['app', 'readonly'] as const).map((kind) => rolesOfKind(observed, kind)[0]?.[1]);
  const limit = (app?.object.spec?.forProvider as { connectionLimit?: unknown } | undefined)?.connectionLimit;
  const connections = connectionsOf(platform, settings);
  if (typeof limit === 'number' && connections > limit) {
    return { what: `${connections} connections instead of ${limit}`, path: ['postgres', 'connections'] };
  }
  if (settings.readers && app !== undefined && readonly === undefined) {
    return { what: 'a login that only reads', path: ['postgres', 'readers'] };
  }

  const { restore } = settings;
  if (
    restore !== undefined &&
    schema !== undefined &&
    observed[localIn(generationOf(restore.at), 'database')] === undefined
  )
    return { what: 'a database that begins with a backup', path: ['postgres', 'restore'] };

  // Extensions are asked for in the round in which the schema is, or before.
  const index =
    schema !== undefined
      ? settings.extensions.findIndex((name) => observed[extensionResource(name)] === undefined)
      : -1;

  return index < 0
    ? undefined
    : { what: `extension ${settings.extensions[index]}`, path: ['postgres', 'extensions', index] };
};
