import type { KubernetesObject } from '../../objects/resource.ts';
import { isSame } from '../../objects/same.ts';
import type { Outcome } from '../../simulation/outcome.ts';
import type { TreeDocument } from '../../tree/document.ts';
import { nameOf } from '../../tree/world.ts';
import { type Concern, concern, highest } from '../../words/risk.ts';
import { type Change, drawn, zonesIn } from '../change.ts';
import { compareService } from './service.ts';
import type { Consequence } from './things.ts';

/** Services that are gone from one name and new under another, with the same content: what people call renaming. */
export interface Moves {
  /** Old name → new document. */
  from: Map<string, TreeDocument>;
  /** New names. */
  to: Set<string>;
}

const content = ({ spec }: KubernetesObject) => {
  const { description: _, ...rest } = spec ?? {};
  return rest;
};

/** Pairs within a squad come first. */
export const pairMoves = (before: Map<string, TreeDocument>, after: Map<string, TreeDocument>): Moves => {
  const moves: Moves = { from: new Map(), to: new Set() };
  const gone = [...before].filter(([name]) => !after.has(name));
  const fresh = gone.length === 0 ? [] : [...after].filter(([name]) => !before.has(name));
  const pair = (isLike: (a: TreeDocument, b: TreeDocument) => boolean) => {
    for (const [name, document] of gone) {
      if (moves.from.has(name)) continue;
      const found = fresh.find(
        ([other, candidate]) =>
          !moves.to.has(other) &&
          isLike(document, candidate) &&
          isSame(content(document.object), content(candidate.object)),
      );
      if (found === undefined) continue;
      moves.from.set(name, found[1]);
      moves.to.add(found[0]);
    }
  };
  pair((a, b) => a.object.metadata?.namespace === b.object.metadata?.namespace);
  pair((a, b) => a.object.metadata?.name === b.object.metadata?.name);

  return moves;
};

/** A Service under another name, or of another squad: names lie in names, so everything is made anew. */
export const moved = (
  { from, to }: { from: TreeDocument; to: TreeDocument },
  before: Outcome,
  after: Outcome,
): Change => {
  const [gone, fresh] = [compareService(before, undefined), compareService(undefined, after)];
  const squads = [...new Set([from, to].map(({ object }) => object.metadata?.namespace ?? ''))];
  const isTransfer = squads.length > 1;
  const environments = [
    ...new Set([...before.parts, ...after.parts].map(({ component }) => component.zone.environment)),
  ];
  const environment = environments.includes('production') ? 'production' : 'elsewhere';
  const verb = isTransfer ? 'goes to another squad as' : 'is renamed to';
  const story: Consequence = {
    effect: 'move',
    where: undefined,
    words: `\`${nameOf(from.object)}\` ${verb} \`${nameOf(to.object)}\`: everything is made anew and starts empty, nothing is copied`,
  };
  const data = before.parts.flatMap(({ things }) => things.filter(({ holds }) => holds === 'data'));
  const concerns: Concern[] = [
    ...(data.length > 0
      ? [
          concern(
            'DataLeftBehind',
            environment,
            `what is in ${data.map(({ name }) => name).join(' and ')} stays behind`,
          ),
        ]
      : []),
    ...(isTransfer
      ? [concern('AnotherSquadAffected', environment, `it goes from squad \`${squads[0]}\` to squad \`${squads[1]}\``)]
      : []),
    ...gone.concerns.filter(({ reason }) => reason !== 'Changed'),
    // What touches production has been said for what is gone.
    ...fresh.concerns.filter(({ reason }) => reason !== 'New' && reason !== 'ProductionTouched'),
  ];

  return {
    kind: 'Service',
    name: nameOf(to.object),
    was: nameOf(from.object),
    action: isTransfer ? 'transfer' : 'rename',
    title: `${isTransfer ? 'goes to another squad' : 'renamed'}, was ${nameOf(from.object)}, in ${zonesIn(after)}`,
    file: to.file,
    line: to.line,
    causes: [],
    squads,
    environments,
    risk: highest(concerns.map(({ risk }) => risk)),
    concerns,
    consequences: [story, ...fresh.consequences, ...gone.consequences],
    refused: undefined,
    resources: [...fresh.resources, ...gone.resources],
    before: drawn(before.parts),
    after: drawn(after.parts),
  };
};
