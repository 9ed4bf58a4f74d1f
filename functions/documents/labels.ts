import * as z from 'zod/mini';
import { documentation } from './schema.ts';

/** The value of a label, as the API server takes it (k8s.io/apimachinery v0.35, api/validate/content IsLabelValue). */
export const labelPattern = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

/** The same in words, after "use" or "use a value of a label:". */
export const labelWords = 'at most 63 letters, digits and . _ -, beginning and ending with a letter or digit';

const prefix = '([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?';
const keyPattern = `^${prefix}[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$`;
const key = new RegExp(keyPattern);

/** The longest key: a prefix of 253, a slash and a name of 63. */
const longestKey = 317;

/**
 * Whether a text is a key of a label, as the API server takes it (k8s.io/apimachinery v0.35, api/validate/content IsLabelKey:
 * the prefix is a subdomain of DNS, labels with a dot between each, of at most 253 characters together).
 */
export const isLabelKey = (text: string): boolean =>
  text.length <= longestKey && text.indexOf('/') <= 253 && key.test(text);

const keyRule = `use keys of labels, as team or example.org/team: ${labelWords}`;
const valueRule = `use a value of a label: ${labelWords}`;

/** A field that holds labels by which something is found. */
export const labelsToFind = (description: string, maxProperties: number) =>
  z
    ._default(
      z
        .record(
          z.string(),
          z
            .string()
            .check(z.regex(labelPattern, valueRule), z.maxLength(63))
            .register(documentation, { description: 'Value of the label.', patternMessage: valueRule }),
        )
        .check(z.refine((labels) => Object.keys(labels).every(isLabelKey), keyRule)),
      {},
    )
    .register(documentation, {
      description,
      maxProperties,
      'x-kubernetes-validations': [
        {
          rule: `self.all(key, size(key) <= ${longestKey} && key.indexOf('/') <= 253 && key.matches('${keyPattern}'))`,
          message: keyRule,
        },
      ],
    });
