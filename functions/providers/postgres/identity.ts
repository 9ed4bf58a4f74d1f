import { asText } from '../../objects/record.ts';
import { conditionOf, isReady, isTrue } from '../../objects/resource.ts';
import { cautious, look } from '../../ownership/claim.ts';
import { Refusal } from '../../round/refusal.ts';
import type { Identity, Registration } from '../provider.ts';
import { parameterOf } from './ownership.ts';
import { parametersOf, privileges, roleObject } from './roles.ts';
import type { PostgresZone } from './settings.ts';

/** The role by which a server is known. Whoever comes first makes it; nobody else changes it. */
const marker = 'squadkit_server';

/** What the marker of a server says that this component registers: 63 bytes at most, as PostgreSQL keeps them. */
const expectedOf = ({ hub, zone, component, settings }: Registration<PostgresZone>): string =>
  settings.server ?? `${hub}/${zone}.${component}`;

const prefix = 'squadkit ';

/** Whether the last look at the marker has found ours. */
const isOurs = (registration: Registration<PostgresZone>): boolean =>
  parameterOf(registration.observed.server, 'application_name') === prefix + expectedOf(registration);

/**
 * What the administrator must have set for itself: its search_path wins over that of a database, so that looking into a
 * stranger's runs nothing of his; and nobody's lock or function may hold up the provider for longer.
 */
const settingsOfAdministrator: { name: string; right: (value: string) => boolean; statement: string }[] = [
  { name: 'search_path', right: (value) => value === 'public', statement: "search_path = 'public'" },
  { name: 'lock_timeout', right: isLimit, statement: "lock_timeout = '1s'" },
  { name: 'statement_timeout', right: isLimit, statement: "statement_timeout = '60s'" },
];

function isLimit(value: string): boolean {
  return /^[1-9]/.test(value);
}

const refuse = (
  reason: 'ServerTaken' | 'ServerNotPrepared',
  { component, zone }: Registration<PostgresZone>,
  what: string,
  next: string,
): never => {
  throw new Refusal({
    reason,
    actor: 'Platform',
    what: `${component} in zone ${zone} ${what}`,
    next,
    path: ['postgres', 'credentialsSecretRef'],
    // Somebody is at it, and nothing else tells when it is done.
    seconds: 10,
  });
};

/** How a PostgreSQL server is known. */
export const identity: Identity<PostgresZone> = {
  compose: (registration) => {
    const { settings, observed } = registration;
    const known = isOurs(registration);
    const parameters = {
      application_name: prefix + expectedOf(registration),
      // Whether the administrator may set it shows here, before a Service needs it.
      ...(known && settings.markParameter !== 'application_name' && { [settings.markParameter]: marker }),
    };

    return {
      server: {
        object: roleObject(marker, registration, known ? [...cautious, 'Update'] : cautious, {
          forProvider: {
            connectionLimit: 0,
            privileges: { ...privileges(false), inherit: false },
            configurationParameters: parametersOf(parameters),
          },
        }),
        ready: (role) => isReady(role) && isOurs({ ...registration, observed: { ...observed, server: role } }),
      },
      administrator: { object: roleObject(settings.adminRole, registration, look, { forProvider: {} }) },
    };
  },
  read: (registration) => {
    const { observed, held } = registration;
    const expected = expectedOf(registration);
    const { server, administrator } = observed;
    // What cannot be looked at now is what it was.
    if (server === undefined || !isTrue(server.object, 'Ready')) return held === expected ? held : undefined;

    const found = parameterOf(server, 'application_name');
    if (found === undefined) {
      refuse(
        'ServerTaken',
        registration,
        `leads to a server of which nobody knows whose it is: its role ${marker} says nothing`,
        `ALTER ROLE ${marker} SET application_name = '${prefix}${expected}' if it is this one`,
      );
    }
    if (found !== prefix + expected) {
      refuse(
        'ServerTaken',
        registration,
        `leads to a server that is registered as ${nameIn(found)}, or to a copy of it`,
        `use a server of its own; or, if this one was ${nameIn(found)} and now is not, write server: ${nameIn(found)}`,
      );
    }

    const lacking = lackingIn(registration);
    if (lacking.length > 0) {
      refuse(
        'ServerNotPrepared',
        registration,
        `has an administrator who lacks settings`,
        `as a superuser ${lacking.join('; ')}`,
      );
    }

    return administrator !== undefined && isTrue(administrator.object, 'Ready') ? expected : heldAs(expected, held);
  },
};

const heldAs = (expected: string, held: string | undefined): string | undefined =>
  held === expected ? held : undefined;

/** `main/frontier.spike`, of what a marker says; printable, because others may have written it. */
const nameIn = (found: unknown): string =>
  asText(found)
    .replace(/^squadkit /, '')
    .replaceAll(/[^\w./-]/g, '?')
    .slice(0, 63);

/** The statements that a superuser has to type before anything can be made there. */
const lackingIn = ({ observed: { server, administrator }, settings }: Registration<PostgresZone>): string[] => {
  const denied = /permission denied to set parameter/.test(
    (server && conditionOf(server.object, 'Synced')?.message) ?? '',
  );
  const grant = `GRANT SET ON PARAMETER "${settings.markParameter}" TO ${settings.adminRole}`;
  const isSeen = administrator !== undefined && isTrue(administrator.object, 'Ready');
  const unset = isSeen
    ? settingsOfAdministrator.filter(({ name, right }) => !right(asText(parameterOf(administrator, name))))
    : [];

  return [
    ...unset.map(({ statement }) => `ALTER ROLE ${settings.adminRole} SET ${statement}`),
    ...(denied ? [grant] : []),
  ];
};
