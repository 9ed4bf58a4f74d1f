import { isRetained, type ResourceChange } from '../../objects/difference.ts';
import type { Part } from '../../simulation/outcome.ts';
import { listed } from '../../words/listed.ts';
import { quoted } from '../../words/thing.ts';
import { whereOf } from './place.ts';
import { type Compared, type Consequence, same } from './things.ts';

/** Differences underneath that no fact has told: nothing may change unseen. */
export const adjusted = (part: Part, resources: ResourceChange[], told: Set<string>): Compared => {
  const { prefix } = part.component;
  const consequences = resources.flatMap((change): Consequence[] => {
    const local = change.name.slice(prefix.length);
    const thing = part.things.find((candidate) => candidate.resources.includes(local));
    if (thing !== undefined && told.has(thing.key)) return [];
    // What goes with a thing that is gone has been told with it.
    if (thing === undefined && change.after === undefined) return [];
    const what = thing?.name ?? `\`${local}\``;

    return [{ effect: 'adjust', where: whereOf(part), words: `adjusts ${what}: ${adjustment(change)}` }];
  });

  return { ...same, consequences };
};

const verbs = { create: 'adds', delete: 'removes', keep: 'lets go of' } as const;
const mostDifferences = 3;
/** Values of a Secret are nobody's to read here. */
const isContent = /^(spec\.forProvider\.manifest\.)?data(\.|$)/;

const adjustment = ({ name, kind, action, differences }: ResourceChange): string => {
  if (action !== 'change') return `${verbs[action]} the ${kind} \`${name}\``;
  if (differences.every(({ path }) => isContent.test(path))) return 'its content changes';
  const told = differences.map(({ path, before, after }) => {
    if (path === 'spec.managementPolicies') return fate(name, before, after);
    const short = path.replace(/^spec\.(forProvider\.)?(manifest\.)?/, '');
    const [from, to] = [brief(before), brief(after)];
    return from === undefined || to === undefined || isContent.test(path)
      ? `${quoted(short)} changes`
      : `${quoted(short)} ${to} instead of ${from}`;
  });

  return listed(told, mostDifferences);
};

/** Whether it stays when it is no longer asked for is what its management policies say. */
const fate = (name: string, before: unknown, after: unknown): string => {
  const [was, is] = [before, after].map((managementPolicies) =>
    isRetained({ apiVersion: '', kind: '', spec: { managementPolicies } }) ? 'kept' : 'deleted',
  );
  return `${quoted(name)} is ${is} instead of ${was} when it is removed`;
};

const brief = (value: unknown): string | undefined => {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= 60 ? quoted(text) : undefined;
};
