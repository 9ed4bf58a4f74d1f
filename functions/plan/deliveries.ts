import { differences } from '../objects/difference.ts';
import { isSame } from '../objects/same.ts';
import type { Delivered } from '../tree/delivery/delivered.ts';
import type { Deliveries } from '../tree/delivery/deliveries.ts';
import type { TreeDocument } from '../tree/document.ts';
import type { World } from '../tree/world.ts';
import { concern, highest } from '../words/risk.ts';
import { quoted } from '../words/thing.ts';
import { type Change, nobody } from './change.ts';

/** More than these nobody reads. */
const mostFields = 10;

/**
 * What changes of what decides what an engine applies: what it makes of a cluster stands in no document, so the platform has to
 * look at it. Nothing where it is not known of both sides.
 */
export const deliveryChanges = (base: World | undefined, target: World): Change[] => {
  const [before, after] = [base?.deliveries?.(), target.deliveries?.()];
  if (base === undefined || before === undefined || after === undefined) return [];
  // That is a note: see functions/tree/load.ts.
  if (before.unread !== undefined || after.unread !== undefined) return [];
  const changes = [...new Set([...before.told.keys(), ...after.told.keys()])].flatMap((key) => {
    const [old, now] = [before.told.get(key), after.told.get(key)];

    return isSame(old?.content, now?.content) ? [] : [changeOf(old, now)];
  });
  // Where the platform has a folder of the same repository both trees say so.
  const once = new Map(changes.map((change) => [JSON.stringify([change.file, change.consequences]), change]));

  return [...once.values(), ...lettingGo({ base, before }, { target, after })];
};

const changeOf = (old: Delivered | undefined, now: Delivered | undefined): Change => {
  const { file, name } = (now ?? old) as Delivered;
  const fields = old === undefined || now === undefined ? [] : differences(old.content, now.content);
  const words =
    old === undefined
      ? [`${name} is new among what decides what is applied of this tree`]
      : now === undefined
        ? [`${name} is gone, or applies nothing of this tree any more`]
        : fields.slice(0, mostFields).map(({ path }) => `changes ${quoted(path)} of ${name}`);

  return told(file, old === undefined ? 'create' : now === undefined ? 'remove' : 'change', words);
};

const told = (file: string, action: Change['action'], words: string[]): Change => {
  const concerns = [
    concern('DeliveryChanged', 'elsewhere', 'it decides what an engine applies, and what it takes away again'),
  ];

  return {
    ...nobody,
    ...{ kind: 'File', name: file, action, file, line: 1 },
    title: 'what a GitOps engine applies changes, and what that makes of a cluster is not told',
    risk: highest(concerns.map(({ risk }) => risk)),
    concerns,
    consequences: words.map((said) => ({ effect: 'change' as const, where: undefined, words: said })),
    refused: undefined,
  };
};

/** Documents that stay, and that whoever applied them applies no more: what prunes takes them away. */
const lettingGo = (
  { base, before }: { base: World; before: Deliveries },
  { target, after }: { target: World; after: Deliveries },
): Change[] =>
  (['zones', 'squads', 'services'] as const).flatMap((kind) =>
    [...target[kind]].flatMap(([name, now]: [string, TreeDocument]) => {
      const old = base[kind].get(name);
      if (old === undefined) return [];
      const [was, is] = [before.appliedBy.get(old.file) ?? [], after.appliedBy.get(now.file) ?? []];
      if (is.length > 0 || was.length === 0) return [];
      const words = `${was[0]} applied ${now.object.kind} ${name}, and nothing in this repository does any more`;

      return [told(now.file, 'change', [words])];
    }),
  );
