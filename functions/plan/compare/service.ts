import { isRetained, type ResourceChange, resourceChanges } from '../../objects/difference.ts';
import { providerOf } from '../../providers/index.ts';
import { nothing, type Outcome, type Part } from '../../simulation/outcome.ts';
import { type Concern, concern } from '../../words/risk.ts';
import type { Thing } from '../../words/thing.ts';
import { adjusted } from './adjusted.ts';
import { isSamePlace, placeOf, whereOf } from './place.ts';
import { type Compared, type Consequence, compareThings, created, removed, same, together } from './things.ts';
import { placeChange, settingsChange, wholeChange } from './whole.ts';

/** What a change does to a Service: in words, with what a reviewer should think of, and the resources underneath. */
export interface ServiceComparison {
  consequences: Consequence[];
  concerns: Concern[];
  resources: ResourceChange[];
}

/** Compares what there is of a Service with what there will be. Either may be missing, and neither is refused. */
export const compareService = (before: Outcome = nothing, after: Outcome = nothing): ServiceComparison => {
  const resources = resourceChanges(before.resources, after.resources);
  const parts = together([
    ...after.parts.map((part) => {
      const previous = before.parts.find((other) => isSamePlace(other, part));
      return previous === undefined ? newPart(part) : changedPart(previous, part, resources);
    }),
    ...before.parts
      .filter((part) => !after.parts.some((other) => isSamePlace(other, part)))
      .map((part) => gonePart(part, before)),
  ]);
  const moved = moves(before.parts, after.parts);
  const environment = environmentOf([...before.parts, ...after.parts]);
  const isTold = resources.length + moved.consequences.length + parts.consequences.length > 0;
  const whole = wholeChange(before, after, environment, isTold);
  const isNew = before.service === undefined;
  const consequences = [...whole.consequences, ...moved.consequences, ...parts.consequences];
  // What is about the Service as a whole is so in each of its zones.
  const places = whole.consequences.length > 0 ? after.parts.map(whereOf) : [];
  const productionZones = [
    ...new Set(
      [...places, ...consequences.map(({ where }) => where)].flatMap((where) =>
        where?.environment === 'production' ? [where.zone] : [],
      ),
    ),
  ];

  return {
    resources,
    consequences,
    concerns: [
      ...whole.concerns,
      ...moved.concerns,
      ...parts.concerns,
      ...revoked(parts.consequences),
      ...(after.service === undefined ? [] : newRights(before, after)),
      ...(productionZones.length > 0
        ? [concern('ProductionTouched', 'production', `production is touched, in ${productionZones.join(', ')}`)]
        : []),
      ...(isNew ? [concern('New', environment, 'it is new, nothing that exists changes')] : []),
      ...(!isNew && consequences.length > 0 ? [concern('Changed', environment, 'something that exists changes')] : []),
    ],
  };
};

const environmentOf = (parts: Part[]): string =>
  parts.some(({ component }) => component.zone.environment === 'production') ? 'production' : 'elsewhere';

const newPart = (part: Part): Compared => together(part.things.map((thing) => created(thing, whereOf(part))));

/** Its first resource decides what becomes of a thing; one that has none there was not created yet. */
const isKeptIn =
  (outcome: Outcome, part: Part) =>
  ({ resources }: Thing): boolean => {
    const first = outcome.resources[part.component.prefix + (resources[0] ?? '')];
    return first !== undefined && isRetained(first);
  };

const gonePart = (part: Part, before: Outcome): Compared =>
  together(part.things.map((thing) => removed(thing, whereOf(part), isKeptIn(before, part)(thing))));

const changedPart = (before: Part, after: Part, resources: ResourceChange[]): Compared => {
  const where = whereOf(after);
  const own = resources.filter(({ name }) => name.startsWith(after.component.prefix));
  const isKept = ({ resources: [first = ''] }: Thing): boolean =>
    own.some(({ name, action }) => name === after.component.prefix + first && action === 'keep');
  const compared = together([placeChange(before, after), compareThings(before.things, after.things, where, isKept)]);

  return together([
    replaced(before, after),
    compared,
    adjusted(after, own, compared.told),
    settingsChange(before, after, compared.paths),
  ]);
};

const isSameServer = ({ component: a }: Part, { component: b }: Part): boolean =>
  providerOf(a.provider).target(a.platform) === providerOf(b.provider).target(b.platform);

/** The same name may lead to another server now, and nobody takes the data along. */
const replaced = (before: Part, after: Part): Compared => {
  if (isSameServer(before, after)) return same;
  const where = whereOf(after);
  const words = `${placeOf(after)} gets other credentials: if they lead to another server, everything starts empty there, and what was stays on the old one`;

  return {
    consequences: [{ effect: 'move', where, words }],
    concerns: [concern('ServerReplaced', where.environment, words)],
    told: new Set(),
    paths: new Set(),
  };
};

/** A component that is gone and one of the same kind that is new: what people call moving it. */
const moves = (before: Part[], after: Part[]): Compared => {
  const gone = before.filter((part) => !after.some((other) => isSamePlace(other, part)));
  const fresh = after.filter((part) => !before.some((other) => isSamePlace(other, part)));
  const pairs = gone.flatMap((from) => {
    const index = fresh.findIndex(({ component }) => component.provider === from.component.provider);
    const [to] = index < 0 ? [] : fresh.splice(index, 1);
    return to === undefined ? [] : [{ from, to }];
  });

  return together(
    pairs.map(({ from, to }) => {
      const data = from.things.find(({ holds }) => holds === 'data');
      const environment = from.component.zone.environment;
      const isSame = isSameServer(from, to);
      // What was made bears its environment, and is never taken for another (functions/ownership/mark.ts).
      const isOthers = to.component.zone.environment !== environment;
      const isLeft = data !== undefined && (!isSame || isOthers);
      const what = !isSame
        ? 'the new one starts empty, nothing is copied'
        : isOthers
          ? `both are the same server, where what was made for ${environment} is refused as taken`
          : 'both are the same server, so what is in it stays; access ends and is made anew';
      return {
        consequences: [
          { effect: 'move', where: whereOf(to), words: `moves from ${placeOf(from)} to ${placeOf(to)}: ${what}` },
        ],
        concerns: isLeft
          ? [concern('DataLeftBehind', environment, `what is in ${data.name} stays behind on ${placeOf(from)}`)]
          : [],
        told: new Set<string>(),
        paths: new Set<string>(),
      };
    }),
  );
};

/** One sentence per zone for all access that ends there. */
const revoked = (consequences: Consequence[]): Concern[] => {
  const ended = consequences.filter(({ effect, holds }) => effect === 'remove' && holds === 'access');
  const zones = [...new Set(ended.flatMap(({ where }) => (where ? [where.zone] : [])))];

  return zones.map((zone) => {
    const here = ended.filter(({ where }) => where?.zone === zone);
    const environment = here[0]?.where?.environment ?? '';
    const [what, them] =
      here.length === 1
        ? ['a login, Secret or right ends', 'it']
        : [`${here.length} logins, Secrets and rights end`, 'them'];
    return concern(
      'AccessRevoked',
      environment,
      `${what} in zone \`${zone}\` (${environment}): whatever uses ${them} stops working`,
    );
  });
};

/** Access that is added to a component which was already there. */
const newRights = (before: Outcome, after: Outcome): Concern[] =>
  after.parts.flatMap((part) => {
    const previous = before.parts.find((other) => isSamePlace(other, part));
    if (previous === undefined) return [];
    return part.things
      .filter(({ key, holds }) => holds === 'access' && !previous.things.some((thing) => thing.key === key))
      .map(({ name }) => concern('RightsWidened', part.component.zone.environment, `${name} is added`));
  });
