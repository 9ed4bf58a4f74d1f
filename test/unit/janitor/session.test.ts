import { describe, expect, test } from 'vitest';
import { type Login, type Session, whyEnded } from '../../../functions/janitor/session.ts';
import { markOf } from '../../../functions/ownership/mark.ts';

const mark = markOf({ hub: 'main', squad: 'galaxy', service: 'billing', environment: 'production' });
const marking = { adminRole: 'squadkit_admin', markParameter: 'squadkit.mark' };

/** Who may hold a session, by what the catalog says of them; whether it is a login of a Service. */
const people: Record<string, { login: Partial<Login>; isOurs: boolean }> = {
  'an app': { login: { name: 'galaxy_billing_app', mark, isMade: true }, isOurs: true },
  'a migrator of the second generation': { login: { name: 'galaxy_billing_migrator_2', mark }, isOurs: true },
  'a login that was handed over': { login: { name: 'reporting', mark, isMade: false }, isOurs: true },
  'a stranger': { login: { name: 'reporting' }, isOurs: false },
  'a stranger with a mark of his own': { login: { name: 'reporting', mark: 'squadkit_reporting' }, isOurs: false },
  'a stranger with a mark that goes on': { login: { name: 'reporting', mark: `${mark}0` }, isOurs: false },
  'the marker of the server': { login: { name: 'squadkit_server', mark: 'squadkit_server' }, isOurs: false },
  'a stranger that is called like a login': { login: { name: 'galaxy_billing_app' }, isOurs: false },
  'a login of the administrator': { login: { name: 'reporting', isMade: true }, isOurs: false },
  'the administrator': { login: { name: 'squadkit_admin', mark }, isOurs: false },
  'the janitor': { login: { name: 'squadkit_janitor', mark }, isOurs: false },
  'a superuser': { login: { name: 'postgres', mark, isSuperuser: true }, isOurs: false },
  'a role of replication': { login: { name: 'replica', mark, isReplication: true }, isOurs: false },
};
const booleans = [true, false];
const databases = ['galaxy_billing', 'galaxy_billing-t843l0', 'galaxy_billing_2', 'postgres', "odd'; name"];

const cases = Object.entries(people).flatMap(([who, { login, isOurs }]) =>
  databases.flatMap((database) =>
    booleans.flatMap((isThere) =>
      booleans.flatMap((connects) =>
        booleans.flatMap((belongs) =>
          booleans.map((replicates) => ({ who, login, isOurs, database, isThere, connects, belongs, replicates })),
        ),
      ),
    ),
  ),
);

const sessionOf = ({ login, database, isThere, connects, belongs, replicates }: (typeof cases)[number]): Session => ({
  ...{ pid: 1, role: 16400, databaseNumber: 5, database, replicates },
  login: isThere
    ? {
        ...{ name: 'nobody', isSuperuser: false, isReplication: false, mark: '', isMade: false, connects, belongs },
        ...login,
      }
    : undefined,
});

/** What has to be, said without looking at the code: a session ends by what its login has lost. */
const wantedOf = ({ isOurs, isThere, connects, belongs, replicates }: (typeof cases)[number]) => {
  if (replicates) return undefined;
  if (!isThere) return 'its role is gone';

  if (!isOurs || connects) return undefined;

  return belongs ? 'its login may no longer be in that database' : 'its login has lost its rights';
};

// Guard rail: postgres-sessions-end
test('who × database × role gone or not × may connect × member of something × replicates: what ends, and nothing else', () => {
  for (const one of cases) expect(whyEnded(sessionOf(one), marking), JSON.stringify(one)).toBe(wantedOf(one));

  const ending = cases.filter((one) => wantedOf(one) !== undefined).length;
  console.log(`${cases.length} sessions, of which ${ending} end`);
  expect(ending).toBeGreaterThan(100);
});

describe('where a login can erase its mark (markParameter: application_name)', () => {
  const erasable = { adminRole: 'squadkit_admin', markParameter: 'application_name' };
  const lost = { isThere: true, connects: false, belongs: false, replicates: false, isOurs: true, who: '' };
  const named = (name: string, isMade: boolean, database = 'galaxy_billing') =>
    whyEnded(sessionOf({ ...lost, database, login: { name, isMade } }), erasable);

  test.each(['app', 'app_2', 'app_99', 'migrator', 'migrator_7', 'readonly', 'readonly_10'])(
    'one that the administrator made and that is called galaxy_billing_%s ends',
    (kind) => expect(named(`galaxy_billing_${kind}`, true)).toBe('its login has lost its rights'),
  );

  test.each([
    ['somebody else made it', named('galaxy_billing_app', false)],
    ['it is in another database', named('galaxy_billing_app', true, 'galaxy_orders')],
    ['it has another name', named('galaxy_billing_report', true)],
    ['it has a number that no generation has', named('galaxy_billing_app_100', true)],
    ['it has a number that begins with 0', named('galaxy_billing_app_02', true)],
  ])('it does not end when %s', (_, why) => expect(why).toBeUndefined());
});
