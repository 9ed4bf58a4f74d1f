import type * as z from 'zod';
import { Refusal, type RefusalReason } from './refusal.ts';

/** A condition is read by people, and an API server does not store one of any length. */
const shortened = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text);

/**
 * Parses a document's spec with its schema.
 *
 * @throws Refusal naming the first wrong field by its path and what would be right.
 */
export const parseSpec = <Output>(
  schema: z.ZodType<Output>,
  spec: unknown,
  actor: Refusal['actor'],
  reason: RefusalReason = 'SettingInvalid',
): Output => {
  const parsed = schema.safeParse(spec ?? {});
  if (parsed.success) return parsed.data;

  const issue = parsed.error.issues[0];
  const path = ['spec', ...(issue?.path ?? [])].reduce<string>(
    (before, key) =>
      typeof key === 'number' ? `${before}[${key}]` : before === '' ? `${String(key)}` : `${before}.${String(key)}`,
    '',
  );
  throw new Refusal({
    reason,
    actor,
    what: `${shortened(path)} is not valid`,
    next: `correct it (${shortened(issue?.message ?? 'it does not fit the schema')})`,
  });
};
