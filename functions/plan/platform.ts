import { differences, type ResourceChange, resourceChanges } from '../objects/difference.ts';
import { asText } from '../objects/record.ts';
import { isSame } from '../objects/same.ts';
import { type Outcome, outcomeOf, type Refused } from '../simulation/outcome.ts';
import type { TreeDocument } from '../tree/document.ts';
import type { World } from '../tree/world.ts';
import { listed } from '../words/listed.ts';
import { type Concern, concern, highest } from '../words/risk.ts';
import { quoted } from '../words/thing.ts';
import type { Change } from './change.ts';
import { withReaders } from './compare/metadata.ts';
import { compareSquad } from './compare/squad.ts';
import type { Compared, Consequence } from './compare/things.ts';
import { compareZone } from './compare/zone.ts';
import type { Protected } from './limits/protection.ts';

/** What happens to Zones and Squads, with what that does to every Service. */
export const documentChanges = (base: World, target: World, kept: Protected[], services: Change[]): Change[] =>
  (['Zone', 'Squad'] as const).flatMap((kind) => {
    const [before, after] = kind === 'Zone' ? [base.zones, target.zones] : [base.squads, target.squads];
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
      const [old, now] = [before.get(name), after.get(name)];
      const protection = kept.find(({ document }) => document === now);
      if (protection !== undefined) return [stays(kind, name, protection)];
      if (isSame(old?.object, now?.object)) return [];

      return [documentChange(kind, name, { base, target, old, now }, services)];
    });
  });

interface Sides {
  base: World;
  target: World;
  old: TreeDocument | undefined;
  now: TreeDocument | undefined;
}

const nobody = {
  squads: [],
  environments: [],
  before: [],
  after: [],
  causes: [],
  concerns: [],
  consequences: [],
  resources: [],
};

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
  const { base, target, old, now } = sides;
  const document = (now ?? old) as TreeDocument;
  const before = old && accepted(outcomeOf(old.object, base.registry));
  const after = now && outcomeOf(now.object, target.registry, before?.observed);
  const refused = after?.refused;
  const touched = services.filter(({ causes }) => causes.includes(`${kind} ${name}`));
  const compared: Compared =
    refused === undefined
      ? comparison(kind, sides, before !== undefined)
      : { consequences: [], concerns: [], told: new Set() };
  const concerns = [...compared.concerns, ...impact(touched)];
  const { line } = refused === undefined ? document : document.positionOf(refused.path);

  const change: Change = {
    ...nobody,
    kind,
    name,
    action: refused ? 'refuse' : now === undefined ? 'remove' : before === undefined ? 'create' : 'change',
    title: title(now !== undefined, before !== undefined, refused, touched),
    file: document.file,
    line,
    squads: kind === 'Squad' ? [name] : [...new Set(touched.flatMap(({ squads }) => squads))],
    environments: kind === 'Zone' ? [asText(document.object.spec?.environment)] : [],
    risk: refused ? 'none' : highest(concerns.map(({ risk }) => risk)),
    concerns: refused ? [] : concerns,
    consequences: [...compared.consequences, ...touches(touched)],
    refused,
    resources: refused ? [] : changesUnderneath(before, after),
  };

  return withReaders(change, old?.object, now?.object);
};

const accepted = (outcome: Outcome): Outcome | undefined => (outcome.refused === undefined ? outcome : undefined);

const changesUnderneath = (before: Outcome | undefined, after: Outcome | undefined): ResourceChange[] =>
  resourceChanges(before?.resources ?? {}, after?.resources ?? {});

const comparison = (kind: 'Zone' | 'Squad', { base, target, old, now }: Sides, wasAccepted: boolean): Compared =>
  kind === 'Zone'
    ? compareZone(wasAccepted ? old?.object : undefined, now?.object)
    : compareSquad(
        wasAccepted && old ? { object: old.object, world: base } : undefined,
        now && { object: now.object, world: target },
        base.files === 0,
      );

const title = (isThere: boolean, was: boolean, refused: Refused | undefined, touched: Change[]): string => {
  if (refused !== undefined) return was ? 'refused: what exists goes on as it is' : 'refused: nothing is set up';
  if (!isThere) return 'removed';
  if (!was) return 'new';

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
