import * as z from 'zod/mini';
import { type Path, Refusal, type RefusalReason } from '../round/refusal.ts';
import { sentenceOf } from './sentences.ts';

// zod would make code out of text for each schema, which is no faster here.
z.config({ localeError: sentenceOf, jitless: true });

/** What a field says of itself beyond what it takes: the XRDs, the editor's schemas and the reference are made from it. */
export interface Documentation {
  description: string;
  /** What would be right, where a pattern would be shown otherwise. */
  patternMessage?: string;
  /** Keywords of an OpenAPI schema of Kubernetes, as they are. */
  maxProperties?: number;
  'x-kubernetes-list-type'?: 'map' | 'set';
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-validations'?: { rule: string; message: string }[];
}

/** The documentation of every field of every document. */
export const documentation = z.registry<Documentation>();

/** A condition is read by people, and an API server does not store one of any length. */
const shortened = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

/** `spec.zones[0].name` */
export const inDots = (path: Path): string =>
  path.reduce<string>(
    (before, key) => (typeof key === 'number' ? `${before}[${key}]` : before === '' ? key : `${before}.${key}`),
    '',
  );

/** The field of a spec that an issue names, and what is wrong in it: a field that it must not have, or all of it. */
export const placeOf = (issue: z.core.$ZodIssue | undefined): { field: Path; wrong: Path } => {
  const field = ['spec', ...(issue?.path ?? [])].map((key) => (typeof key === 'symbol' ? String(key) : key));
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];

  return { field, wrong: [...field, ...unknown] };
};

/**
 * Parses a document's spec with its schema.
 *
 * @throws Refusal naming the first wrong field by its path and what would be right.
 */
export const parseSpec = <Output>(
  schema: z.ZodMiniType<Output>,
  spec: unknown,
  actor: Refusal['actor'],
  reason: RefusalReason = 'SettingInvalid',
): Output => {
  const parsed = schema.safeParse(spec ?? {});
  if (parsed.success) return parsed.data;

  const issue = parsed.error.issues[0];
  const { field, wrong } = placeOf(issue);
  throw new Refusal({
    reason,
    actor,
    what: `${shortened(inDots(field))} is not valid`,
    next: `correct it (${shortened(issue?.message ?? 'it does not fit the schema')})`,
    path: wrong,
  });
};
