/** What four digits of a year can say, in milliseconds since 1970: RFC 3339 has no more. */
const earliest = Date.parse('0000-01-01T00:00:00Z');
const latest = Date.parse('9999-12-31T23:59:59Z');

/**
 * A time as everything on the hub has it, to the second: `2026-11-28T10:00:00Z`. `time` is in milliseconds since 1970; what is
 * beyond what can be written is the last that can.
 */
export const timestampOf = (time: number): string =>
  `${new Date(Math.min(latest, Math.max(earliest, time))).toISOString().slice(0, 19)}Z`;

/** A time of Kubernetes in milliseconds since 1970; 0 for what is none. */
export const timeOf = (text: string | undefined): number => {
  const time = Date.parse(text ?? '');

  return Number.isNaN(time) ? 0 : time;
};
