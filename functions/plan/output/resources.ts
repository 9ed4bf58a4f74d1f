import { stringify } from 'yaml';
import { type ResourceChange, wanted } from '../../objects/difference.ts';
import { hidden, withoutSecrets } from '../../objects/secrets.ts';

const lines = (value: unknown): string[] => stringify(value, { lineWidth: 0 }).trimEnd().split('\n');

const whole = (sign: string, object: ResourceChange['before']): string[] =>
  object === undefined ? [] : lines(withoutSecrets(wanted(object))).map((line) => `${sign} ${line}`);

/** A value at a path of an object, without secrets. */
const valueAt = (object: ResourceChange['before'], path: string, value: unknown): unknown => {
  if (value === undefined) return undefined;
  // Only the whole object tells whether this is inside of a Secret.
  const isSecret = /(^|\.)(data|stringData)(\.|$)/.test(path) && JSON.stringify(object).includes('"kind":"Secret"');

  return isSecret ? hidden : value;
};

/** The resources underneath as a diff: `+` comes, `-` goes, `=` Squadkit lets go of and it stays. */
export const resourceDiff = ({ name, kind, action, before, after, differences }: ResourceChange): string[] => {
  if (action === 'create') return [`+ ${kind} ${name}`, ...whole('+', after).map((line) => `+   ${line.slice(2)}`)];
  if (action === 'delete') return [`- ${kind} ${name}`, ...whole('-', before).map((line) => `-   ${line.slice(2)}`)];
  if (action === 'keep') return [`= ${kind} ${name}: what it stands for stays, Squadkit no longer looks after it`];

  return [
    `~ ${kind} ${name}`,
    ...differences.flatMap((difference) => {
      const from = valueAt(before, difference.path, difference.before);
      const to = valueAt(after, difference.path, difference.after);
      return [
        `    ${difference.path}`,
        ...(from === undefined ? [] : lines(from).map((line) => `-     ${line}`)),
        ...(to === undefined ? [] : lines(to).map((line) => `+     ${line}`)),
      ];
    }),
  ];
};
