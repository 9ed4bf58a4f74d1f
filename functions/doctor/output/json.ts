import { jsonText } from '../../words/json.ts';
import type { Examination } from '../doctor.ts';

/** An examination for programs: one entry a check. */
export const jsonOf = (examinations: Examination[]): string =>
  jsonText({
    checks: examinations.flatMap(({ cluster, checks }) => checks.map((check) => ({ cluster, ...check }))),
  });
