import type { KubernetesObject } from '../../objects/resource.ts';
import { peopleIn } from '../../providers/facts.ts';
import { readSquad } from '../../squad/read.ts';
import { squadSpec } from '../../squad/schema.ts';
import type { World } from '../../tree/world.ts';
import { type Concern, concern } from '../../words/risk.ts';
import { type Fact, quoted, type Thing } from '../../words/thing.ts';
import { type Compared, type Consequence, compareThings, goes, same, together } from './things.ts';
import { untold } from './untold.ts';

const zonesOf = (world: World, name: string): string[] => {
  const status = world.registry.find({ kind: 'Squad', matchName: name })[0]?.status;
  return Array.isArray(status?.zones) ? status.zones : [];
};

const none = { wider: 'none', narrower: 'none', replaced: 'none' } as const;

/** How many of something: more is more of the same. Without a limit there is no end to it. */
const limitIn = (label: string, limit: number | undefined, path: string): Fact => ({
  ...{ label, value: limit ?? Number.POSITIVE_INFINITY, path },
  ...{ wider: limit === undefined ? 'RightsWidened' : 'none', narrower: 'none' },
});

const squadThing = (object: KubernetesObject, world: World): Thing => {
  const squad = readSquad(object);
  const { zoneSelector } = squadSpec.parse(object.spec);

  return {
    key: 'squad',
    name: `squad \`${squad.name}\``,
    purpose: `which gets the namespace \`${squad.name}\` on the platform's cluster`,
    resources: [],
    holds: 'rules',
    facts: [
      { ...peopleIn('with the people of', squad.group), path: 'group' },
      { ...peopleIn('with the owners of', squad.ownerGroup), path: 'ownerGroup' },
      { ...peopleIn('with the guests of', squad.guestGroup), path: 'guestGroup' },
      { ...peopleIn('with the pipelines of', squad.deployerGroup), path: 'deployerGroup' },
      {
        ...{ label: 'may use', value: zonesOf(world, squad.name) },
        // What is there in a zone that is lost is refused, and goes on.
        ...{ wider: 'RightsWidened', narrower: 'none', replaced: 'none' },
      },
      {
        label: 'asks of its zones',
        value: Object.entries(zoneSelector.matchLabels).map(([key, value]) => quoted(`${key}=${value}`)),
        // With a label less, or another one, zones to come are the squad's too.
        ...{ wider: 'none', narrower: 'RightsWidened', replaced: 'none' },
        ...{ isSaid: 'when it changes', path: 'zoneSelector' },
      },
      limitIn('services at most', squad.services, 'limits.services'),
      ...Object.entries(squad.limits).map(([key, limit]) => limitIn(`${key} at most`, limit, `limits.${key}`)),
      {
        label: 'inherits',
        value: squad.inherits === undefined ? '' : `what the squad ${quoted(squad.inherits)} has left`,
        ...{ ...none, path: 'inherits' },
      },
      { label: 'is', value: squad.lifecycle, ...none, path: 'lifecycle' },
    ],
    lost: 'with its namespace and everything in it',
    kept: '',
  };
};

interface Side {
  object: KubernetesObject;
  world: World;
}

/** Where it matters what becomes of a squad: in production, if it has a zone there. */
const environmentOf = (sides: (Side | undefined)[]): string => {
  const environments = sides.flatMap((side) => {
    const names = side === undefined ? [] : zonesOf(side.world, side.object.metadata?.name ?? '');
    return names.map((name) => side?.world.zones.get(name)?.object.spec?.environment);
  });

  return environments.includes('production') ? 'production' : 'elsewhere';
};

/**
 * What a change of a Squad's document means. Both documents have been accepted.
 *
 * @param isFirst whether nothing is known of what was there before: then no name is told apart from others
 */
export const compareSquad = (before: Side | undefined, after: Side | undefined, isFirst: boolean): Compared => {
  const thingsOf = (side: Side | undefined) => (side ? [squadThing(side.object, side.world)] : []);
  const concerns: Concern[] = [
    concern('PlatformChanged', 'elsewhere', 'it decides what a squad may have'),
    ...inherited(before?.object, after?.object),
  ];
  const compared = compareThings(thingsOf(before), thingsOf(after), undefined, goes, environmentOf([before, after]));
  const [left, right] = [before, after].map((side) => side && squadSpec.parse(side.object.spec));

  return together([
    compared,
    {
      ...same,
      consequences: [
        ...(before && after ? untold('squad', { before: left, after: right }, compared.paths) : []),
        ...(isFirst ? [] : nameOf(before?.object, after?.object)),
      ],
      concerns,
    },
  ]);
};

/** Who gets what another squad has left: a line in a document, and all of its data is somebody else's to read. */
const inherited = (before: KubernetesObject | undefined, after: KubernetesObject | undefined): Concern[] => {
  const [old, now] = [before && readSquad(before), after && readSquad(after)];
  if (now?.inherits === undefined || now.inherits === old?.inherits) return [];

  return [
    concern(
      'RightsWidened',
      'elsewhere',
      `squad \`${now.name}\` inherits everything that another squad of its name has left, whose id is ${now.inherits}`,
    ),
  ];
};

/**
 * What becomes of the name. A tree does not tell whether somebody had it before: the hub has a record of it, and this is
 * said before it refuses.
 */
const nameOf = (before: KubernetesObject | undefined, after: KubernetesObject | undefined): Consequence[] => {
  const said = (effect: Consequence['effect'], words: string) => [{ effect, where: undefined, words }];
  const [old, now] = [before && readSquad(before), after && readSquad(after)];
  if (now === undefined && old !== undefined) {
    return said('keep', `keeps the name \`${old.name}\`: what its Services left is given to nobody else by that name`);
  }
  if (old !== undefined || now === undefined || now.inherits !== undefined) return [];

  return said(
    'adjust',
    `takes the name \`${now.name}\`: if another squad had it and left something, the hub refuses this one until \`spec.inherits\` says so`,
  );
};
