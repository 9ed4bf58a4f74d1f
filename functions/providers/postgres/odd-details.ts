import { isOdd, type OddDetail } from '../details.ts';
import type { Component } from '../provider.ts';
import { generationInForce, localOf } from './logins.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

/**
 * The address that provider-sql has from the Zone's Secret and publishes with a login, where it is none. Of a login that is
 * there it stays what it was when its password was made (v0.16.0, role/reconciler.go:403), so the Zone has to say the right one.
 * A password that is none is asked for again (roles.ts), and nobody has to act.
 */
export const oddDetails = (component: Component<PostgresZone, PostgresService>): OddDetail[] => {
  const { platform, observed, zone } = component;
  if (platform.endpoint !== undefined) return [];
  const local = localOf('app', generationInForce(component, 'app'));
  const { namespace, name } = platform.credentialsSecretRef;
  const keys = [
    ['endpoint', 'host'],
    ['port', 'port'],
  ] as const;

  return keys
    .filter(([key, sort]) => isOdd(observed[local], key, sort))
    .map(([key, sort]) => ({
      ...{ local, actor: 'Platform' },
      next: `correct ${key} in Secret ${namespace}/${name} of zone ${zone.name}, which is no ${sort}, and write the right one into postgres.endpoint of ${component.component} there: logins that exist keep what they were made with`,
    }));
};
