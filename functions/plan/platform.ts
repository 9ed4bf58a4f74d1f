import { differences, type ResourceChange, resourceChanges } from '../objects/difference.ts';
import { asText } from '../objects/record.ts';
import { isSame } from '../objects/same.ts';
import { type Outcome, outcomeOf, type Refused } from '../simulation/outcome.ts';
import type { TreeDocument } from '../tree/document.ts';
import type { Past } from '../tree/past.ts';
import type { World } from '../tree/world.ts';
import { listed } from '../words/listed.ts';
import { type Concern, concern, highest } from '../words/risk.ts';
import { quoted } from '../words/thing.ts';
import { type Change, nobody, unknown } from './change.ts';
import { withReaders } from './compare/metadata.ts';
import { compareSquad } from './compare/squad.ts';
import { type Compared, type Consequence, same } from './compare/things.ts';
import { compareZone, unused } from './compare/zone.ts';
import type { Protected } from './limits/protection.ts';
import { type Servers, serversOf } from './limits/servers.ts';

/** What happens to Zones and Squads, with what that does to every Service. */
export const documentChanges = (
  { base, past }: { base: World; past?: Past | undefined },
  target: World,
  kept: Protected[],
  services: Change[],
): Change[] => {
  const taken = serversOf(base, target);

  return (['Zone', 'Squad'] as const).flatMap((kind) => {
    const [before, after] = kind === 'Zone' ? [base.zones, target.zones] : [base.squads, target.squads];
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
      const [old, now] = [before.get(name), after.get(name)];
      const protection = kept.find(({ document }) => document === now);
      if (protection !== undefined) return [stays(kind, name, protection)];
      if (isSame(old?.object, now?.object)) return [];

      return [documentChange(kind, name, { base, past, target, taken, old, now }, services)];
    });
  });
};

interface Sides {
  base: World;
  past: Past | undefined;
  target: World;
  /** Whether a Zone registers what another one has. */
  taken: Servers;
  old: TreeDocument | undefined;
  now: TreeDocument | undefined;
}

const stays = (kind: 'Zone' | 'Squad', name: string, { document, refused }: Protected): Change => ({
  ...nobody,
  kind,
  name,
  action: 'refuse',
  title: 'cannot be removed, and stays',
  file: document.file,
  line: document.line,
  risk: 'none',
  refused,
});

const documentChange = (kind: 'Zone' | 'Squad', name: string, sides: Sides, services: Change[]): Change => {
  const { base, past, target, taken, old, now } = sides;
  const document = (now ?? old) as TreeDocument;
  const was = old && acceptedLast(old, base, past);
  const isUnknown = was === 'unknown';
  const before = typeof was === 'object' ? was : undefined;
  const after = now && outcomeOf(now.object, target.registry, before?.outcome.observed);
  const refused = after?.refused ?? (kind === 'Zone' && now !== undefined ? taken(now) : undefined);
  const isThere = before !== undefined || isUnknown;
  const touched = services.filter(({ causes }) => causes.includes(`${kind} ${name}`));
  const compared: Compared = refused === undefined ? comparison(kind, sides, before) : same;
  // A platform may have a repository of its own: then nobody here knows what uses what.
  const isUnread = base.files > 0 && base.services.size === 0 && target.services.size === 0;
  const mayEnd = isUnread && compared.consequences.some(({ effect }) => effect === 'remove');
  const concerns = [
    ...(isUnknown ? [unknown] : []),
    ...(mayEnd && refused === undefined ? [unreadServices] : []),
    ...compared.concerns,
    ...impact(touched),
  ];
  const { line } = refused === undefined ? document : document.positionOf(refused.path);

  const change: Change = {
    ...nobody,
    kind,
    name,
    action: refused ? 'refuse' : now === undefined ? 'remove' : isThere ? 'change' : 'create',
    title: title(now !== undefined, isThere, refused, isUnread ? undefined : touched),
    file: document.file,
    line,
    squads: kind === 'Squad' ? [name] : [...new Set(touched.flatMap(({ squads }) => squads))],
    environments: kind === 'Zone' ? [asText(document.object.spec?.environment)] : [],
    risk: refused ? 'none' : highest(concerns.map(({ risk }) => risk)),
    concerns: refused ? [] : concerns,
    consequences: [...(isUnread ? compared.consequences.map(asUnread) : compared.consequences), ...touches(touched)],
    refused,
    resources: refused ? [] : changesUnderneath(before?.outcome, after),
  };

  return withReaders(change, old?.object, now?.object);
};

const unreadServices: Concern = concern(
  'NotReadable',
  'elsewhere',
  'no Service was read, so what uses it, and ends by this, is not told by this tree',
);

/** Nobody uses what no Service was read of, as far as this tree tells. */
const asUnread = (told: Consequence): Consequence => ({
  ...told,
  words: told.words.replace(unused, 'nobody here knows who uses it'),
});

/** What was accepted of a Zone or a Squad, and in which world. */
interface Accepted {
  object: TreeDocument['object'];
  world: World;
  outcome: Outcome;
}

const accepted = (object: TreeDocument['object'], world: World): Accepted | undefined => {
  const outcome = outcomeOf(object, world.registry);
  return outcome.refused === undefined ? { object, world, outcome } : undefined;
};

/** What goes on of a document of the base: where that is refused, what was accepted before. */
const acceptedLast = (old: TreeDocument, base: World, past: Past | undefined): Accepted | 'never' | 'unknown' =>
  accepted(old.object, base) ?? past?.(old, accepted) ?? 'unknown';

const changesUnderneath = (before: Outcome | undefined, after: Outcome | undefined): ResourceChange[] =>
  resourceChanges(before?.resources ?? {}, after?.resources ?? {});

const comparison = (kind: 'Zone' | 'Squad', { base, target, now }: Sides, before: Accepted | undefined): Compared =>
  kind === 'Zone'
    ? compareZone(before?.object, now?.object)
    : compareSquad(before, now && { object: now.object, world: target }, base.files === 0);

/** Without touched where no Service was read. */
const title = (isThere: boolean, was: boolean, refused: Refused | undefined, touched: Change[] | undefined): string => {
  if (refused !== undefined) return was ? 'refused: what exists goes on as it is' : 'refused: nothing is set up';
  if (!isThere) return 'removed';
  if (!was) return 'new';
  if (touched === undefined) return 'changes; no Service was read, so which it touches is not told';

  return touched.length === 0 ? 'changes; no Service is touched' : `changes; ${counted(touched)} touched`;
};

const counted = (touched: Change[]): string => {
  const squads = new Set(touched.flatMap((change) => change.squads)).size;
  return `${touched.length} Service${touched.length === 1 ? '' : 's'} of ${squads} squad${squads === 1 ? '' : 's'}`;
};

const mostNames = 5;

const named = (names: string[]): string =>
  listed(
    names.map((name) => `\`${name}\``),
    mostNames,
  );

const touches = (touched: Change[]): Consequence[] => {
  const refused = touched.filter((change) => change.action === 'refuse');
  const changed = touched.filter((change) => change.action !== 'refuse');

  return [
    ...(changed.length > 0 ? [`changes ${counted(changed)}: ${named(changed.map(({ name }) => name))}`] : []),
    ...(refused.length > 0 ? [`refuses ${counted(refused)}: ${named(refused.map(({ name }) => name))}`] : []),
  ].map((words) => ({ effect: 'change' as const, where: undefined, words }));
};

const impact = (touched: Change[]): Concern[] => {
  if (touched.length === 0) return [];
  const squads = [...new Set(touched.flatMap((change) => change.squads))].sort();
  const environment = touched.some(({ environments }) => environments.includes('production')) ? 'production' : '';

  return [concern('AnotherSquadAffected', environment, `${counted(touched)} touched: ${named(squads)}`)];
};

/** What was not readable before and is now, or is gone: nobody knows what it takes away. */
export const unreadChanges = (base: World): Change[] =>
  [...new Map(base.unread.map((problem) => [problem.file, problem])).values()].map(({ file, line = 1 }) => {
    const concerns = [
      concern('NotReadable', 'elsewhere', 'what it held could not be read, and may be removed by this'),
    ];
    return {
      ...nobody,
      kind: 'File',
      name: file,
      action: 'change',
      title: 'could not be read before',
      file,
      line,
      risk: highest(concerns.map(({ risk }) => risk)),
      concerns,
      refused: undefined,
    };
  });

/** What happens to the rules by which changes are approved. */
export const approvalsChange = (base: World, target: World): Change[] => {
  const [old, now] = [base.approvals, target.approvals];
  if (isSame(old?.object.spec, now?.object.spec)) return [];
  const { file, line, object } = (now ?? old) as TreeDocument;
  const found = differences(old?.object.spec ?? {}, now?.object.spec ?? {});
  const concerns = [concern('PlatformChanged', 'elsewhere', 'it decides who must agree to changes')];

  return [
    {
      ...nobody,
      kind: 'Approvals',
      name: object.metadata?.name ?? '',
      action: old === undefined ? 'create' : now === undefined ? 'remove' : 'change',
      title:
        old === undefined ? 'new rules' : now === undefined ? 'removed: the default rules hold again' : 'other rules',
      file,
      line,
      risk: highest(concerns.map(({ risk }) => risk)),
      concerns,
      consequences: found.map(({ path }) => ({
        effect: 'change' as const,
        where: undefined,
        words: `changes ${quoted(`spec.${path}`)} of the rules by which changes are approved`,
      })),
      refused: undefined,
    },
  ];
};
