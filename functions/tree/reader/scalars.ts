import type { ScalarTag } from 'yaml';

/**
 * What text without quotes means to every reader of Kubernetes (go-yaml 2.4.3, which kubectl 1.35 uses, and 3.0.4, which
 * Kustomize 0.20 uses): `npm run test:yaml` asks both. Whatever only one of them takes for something else than text is in
 * `doubtOf`.
 */
const isNull = /^(~|null|Null|NULL)?$/;
const isTrue = /^(true|True|TRUE)$/;
const isBoolean = /^(true|True|TRUE|false|False|FALSE)$/;
/** At most 15 digits, which a number of JavaScript holds as they are. */
const isNumber = /^(0|-?[1-9][0-9]{0,14}|-?(0|[1-9][0-9]{0,7})\.[0-9]{0,6}[1-9])$/;

/** The tags of a schema that reads text without quotes so; everything else is text. */
export const plainTags: ScalarTag[] = [
  { tag: 'tag:yaml.org,2002:null', default: true, test: isNull, resolve: () => null },
  { tag: 'tag:yaml.org,2002:bool', default: true, test: isBoolean, resolve: (text) => isTrue.test(text) },
  { tag: 'tag:yaml.org,2002:int', default: true, test: isNumber, resolve: Number },
];

/** YAML 1.1 calls these true and false; later ones call them text. */
const isOldBoolean = /^(y|yes|n|no|on|off)$/i;
/** Hexadecimal, octal and binary numbers, and all that has digits with signs, points, exponents and underscores. */
const isOddNumber = /^[-+]?(0[xob][0-9a-f_]*|[._]*[0-9][0-9_]*(\.[0-9_]*)?(e[-+]?[0-9_]*)?|\.inf|\.nan)$/i;
const isOddWord = /^(<<|=)$/;
/**
 * Kustomize makes one form of all times. A day alone it makes longer, which is left to those who write it: no field takes a day
 * alone, and in a description both are the same day.
 */
const isTime = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \t].*)?$/;
const isDay = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;

/** The tag of what is text, also where a reader would take it for something else. */
export const textTag = 'tag:yaml.org,2002:str';

/** Whether some reader takes text without quotes for a number. */
export const isNumberLike = (text: string): boolean => isNumber.test(text) || isOddNumber.test(text);

/** Whether some reader takes text without quotes for a time. */
export const isTimeLike = (text: string): boolean => isTime.test(text);

/** Why text without quotes may be something else to another reader, if it may. */
export const doubtOf = (text: string): string | undefined => {
  if (isOldBoolean.test(text))
    return `is ${JSON.stringify(text)} text or not? Write true or false, or put it in quotes`;
  if (isTime.test(text) && !isDay.test(text)) return `is ${JSON.stringify(text)} a time or text? Put it in quotes`;
  if (isNumber.test(text) || !(isOddNumber.test(text) || isOddWord.test(text))) return undefined;

  return `is ${JSON.stringify(text)} a number or text? Write plain digits, or put it in quotes`;
};
