import { millisecondsOf } from '../../documents/duration.ts';
import { remember } from '../../objects/remember.ts';
import { dataOf, isBeingDeleted, isReady, type Observed } from '../../objects/resource.ts';
import { isSame } from '../../objects/same.ts';
import { timeOf } from '../../objects/time.ts';
import { look, type Ownership } from '../../ownership/claim.ts';
import { keyOf } from '../binding.ts';
import { detailOf } from '../details.ts';
import type { Component } from '../provider.ts';
import { defaultOverlap } from './credentials.ts';
import { postgresNames } from './names.ts';
import { ownerships } from './ownership.ts';
import { type Decision, lastGeneration, mostLogins, type Rule, rotate, type Seen, type SeenLogin } from './rotation.ts';
import { isInForce } from './schema.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

type PostgresComponent = Component<PostgresZone, PostgresService>;

/** The logins of a database: what each is called in the Secret, and the role that holds its rights. */
export const loginKinds = {
  app: { secret: '', group: 'writer' },
  migrator: { secret: 'migrator', group: 'owner' },
  readonly: { secret: 'readonly', group: 'reader' },
} as const;

/** One of the logins of a database. */
export type LoginKind = keyof typeof loginKinds;

const allKinds = Object.keys(loginKinds) as LoginKind[];

/** Says since when a login lies everywhere. Only Crossplane writes it (package/install/hub/managed-resources.yaml). */
export const arrivedKey = 'squadkit.io/arrived';
/** Says for which emergency a login was made. Only Crossplane writes it. */
export const answersKey = 'squadkit.io/answers';

/** Local name of the Role of a generation: `app`, `app-2`. */
export const localOf = (kind: LoginKind, generation: number): string =>
  generation === 1 ? kind : `${kind}-${generation}`;

/** Local name of its membership: `app-in-writer`, `app-2-in-writer`. */
export const membershipOf = (kind: LoginKind, generation: number): string =>
  `${localOf(kind, generation)}-in-${loginKinds[kind].group}`;

/** Name on the server: `galaxy_billing_app`, `galaxy_billing_app_2` (at most 63 bytes). */
export const roleNameOf = (
  { squad, service }: Pick<PostgresComponent, 'squad' | 'service'>,
  kind: LoginKind,
  generation: number,
): string => {
  const name = postgresNames(squad.name, service)[kind];

  return generation === 1 ? name : `${name}_${generation}`;
};

/** The logins that a Service asks for. */
export const kindsOf = ({ readers }: PostgresService): LoginKind[] => [
  'app',
  'migrator',
  ...(readers ? (['readonly'] as const) : []),
];

const generationOf = (kind: LoginKind, local: string): number | undefined => {
  if (local === kind) return 1;
  const [, digits] = new RegExp(`^${kind}-([1-9][0-9]?)$`).exec(local) ?? [];

  return digits === undefined ? undefined : Number(digits);
};

/** The Roles of one kind that there are, by generation. */
export const rolesOfKind = (observed: Record<string, Observed>, kind: LoginKind): [number, Observed][] =>
  Object.keys(observed).flatMap((local): [number, Observed][] => {
    const generation = generationOf(kind, local);

    return generation === undefined ? [] : [[generation, observed[local] as Observed]];
  });

/** Whether the provider has given a login a password and written it where we see it. */
export const hasPassword = (login: Observed | undefined): boolean =>
  login !== undefined && isInForce(login) && detailOf(login, 'password', 'secret') !== undefined;

/** A time that was recorded; undefined if none was. */
const recorded = ({ object }: Observed, key: string): number | undefined =>
  timeOf(object.metadata?.annotations?.[key]) || undefined;

const seenLogin = (
  kind: LoginKind,
  generation: number,
  role: Observed,
  observed: Record<string, Observed>,
): SeenLogin => {
  const membership = observed[membershipOf(kind, generation)];

  return {
    generation,
    created: timeOf(role.object.metadata?.creationTimestamp) || undefined,
    works: hasPassword(role) && membership !== undefined && isReady(membership),
    arrived: recorded(role, arrivedKey),
    answers: recorded(role, answersKey),
  };
};

/** The generation whose user name stands in the Secret on the hub. */
const boundIn = (component: PostgresComponent, kind: LoginKind): number | undefined => {
  const encoded = dataOf(component.observed.binding)[keyOf(loginKinds[kind].secret, 'username')];
  if (encoded === undefined) return undefined;
  const username = Buffer.from(encoded, 'base64').toString();

  return Array.from({ length: lastGeneration }, (_, index) => index + 1).find(
    (generation) => roleNameOf(component, kind, generation) === username,
  );
};

const ruleOf = ({ platform: { credentials }, settings: { rotation } }: PostgresComponent): Rule => {
  const { overlap, most } = credentials ?? defaultOverlap;
  const every = [credentials?.rotateEvery, credentials && rotation?.every].filter((one) => one !== undefined);

  return {
    every: every.length === 0 ? undefined : Math.min(...every.map(millisecondsOf)),
    overlap: millisecondsOf(overlap),
    most: millisecondsOf(most),
    notBefore: rotation?.notBefore === undefined ? undefined : Date.parse(rotation.notBefore),
  };
};

/** Whether it matters who counts sessions: there is more than one login of a kind. */
export const asksForSessions = (observed: Record<string, Observed>): boolean =>
  allKinds.some((kind) => rolesOfKind(observed, kind).length > 1);

/** Whether the Secret on the hub holds credentials by their generation. */
const hasGenerations = ({ binding }: Record<string, Observed>): boolean =>
  Object.keys(dataOf(binding)).some((key) => /^([a-z]+[.])?[1-9][0-9]?[.]/.test(key));

/** Whether logins of this component are ever exchanged, or were. Where they are not, nothing is as much as recorded. */
export const isRotating = ({ platform, settings, observed }: PostgresComponent): boolean =>
  platform.credentials !== undefined ||
  settings.rotation !== undefined ||
  hasGenerations(observed) ||
  allKinds.some((kind) => rolesOfKind(observed, kind).some(([generation]) => generation > 1));

/**
 * Roles under the names of logins to come that somebody else has made, by generation: there are others, so these are passed
 * over. Not the first login, nor the one in force, nor when hardly a name is left: then the document is refused.
 */
const passedOver = (
  component: PostgresComponent,
  kind: LoginKind,
  bound: number | undefined,
): [number, Ownership][] => {
  const { role } = ownerships(component, component.observed);
  const all = rolesOfKind(component.observed, kind).map(
    ([generation, { object }]) => [generation, role(localOf(kind, generation)), object] as const,
  );
  // What is only looked at was somebody else's: it may be gone since, and is none of ours.
  const foreign = all.filter(
    ([, ownership, { spec }]) =>
      ownership === 'Foreign' || (ownership !== 'Ours' && isSame(spec?.managementPolicies, look)),
  );
  const others = foreign.filter(([generation]) => generation !== bound);
  if (foreign.length === all.length || others.length > lastGeneration - mostLogins) return [];

  return others.map(([generation, ownership]) => [generation, ownership]);
};

const seenOf = (component: PostgresComponent, kind: LoginKind, passed: readonly number[]): Seen => {
  const { observed, round, platform } = component;
  const roles = rolesOfKind(observed, kind).filter(([generation]) => !passed.includes(generation));
  const bound = boundIn(component, kind);
  const said = platform.janitor === undefined ? undefined : round?.sessions();
  const isThere = roles.filter(([, { object }]) => !isBeingDeleted(object));
  const generations = isThere.map(([generation]) => generation);
  const countOf = (generation: number) => said?.logins[roleNameOf(component, kind, generation)];

  return {
    logins: isThere.map(([generation, role]) => seenLogin(kind, generation, role, observed)),
    taken: [...passed, ...roles.filter(([, { object }]) => isBeingDeleted(object)).map(([generation]) => generation)],
    bound,
    isReceived: bound !== undefined && (round?.isReceived(loginKinds[kind].secret, bound) ?? false),
    // A janitor that says nothing, or not of all of them, has not looked: what it may find is waited for.
    sessions:
      platform.janitor === undefined
        ? undefined
        : {
            at: generations.every((one) => countOf(one) !== undefined) ? (said?.at ?? 0) : 0,
            of: generations.filter((one) => (countOf(one) ?? 0) > 0),
          },
    isKept: round?.isKept ?? true,
  };
};

/** Where no clock is at hand, as in a look at what Git wants, everything stays as it is. */
const asItIs: Rule = { every: undefined, overlap: 0, most: 0, notBefore: undefined };

/** What is decided of the logins of one kind, by what, and which names of somebody else's were passed over. */
interface Decided {
  decision: Decision;
  seen: Seen;
  strangers: number[];
}

/** What is decided of each login in this round, and by which rule. */
export const decisionsOf = remember((component: PostgresComponent): Record<LoginKind, Decided> => {
  const decide = (kind: LoginKind): Decided => {
    const passed = passedOver(component, kind, boundIn(component, kind));
    const seen = seenOf(
      component,
      kind,
      passed.map(([generation]) => generation),
    );
    const { round } = component;

    return {
      seen,
      decision: rotate(seen, round === undefined ? asItIs : ruleOf(component), round?.now ?? 0),
      strangers: passed.flatMap(([generation, ownership]) => (ownership === 'Foreign' ? [generation] : [])),
    };
  };

  return { app: decide('app'), migrator: decide('migrator'), readonly: decide('readonly') };
});

/** The generation that is handed out, or will be first. */
export const generationInForce = (component: PostgresComponent, kind: LoginKind): number => {
  const { decision } = decisionsOf(component)[kind];

  return decision.bound ?? decision.logins.at(-1)?.generation ?? 1;
};

/** How many sessions a login has, as the janitor says; undefined if it does not say. */
export const sessionsOf = (component: PostgresComponent, kind: LoginKind, generation: number): number | undefined =>
  component.platform.janitor === undefined
    ? undefined
    : component.round?.sessions()?.logins[roleNameOf(component, kind, generation)];
