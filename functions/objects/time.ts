/** A time as everything on the hub has it, to the second: `2026-11-28T10:00:00Z`. `time` is in milliseconds since 1970. */
export const timestampOf = (time: number): string => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** A time of Kubernetes in milliseconds since 1970; 0 for what is none. */
export const timeOf = (text: string | undefined): number => {
  const time = Date.parse(text ?? '');

  return Number.isNaN(time) ? 0 : time;
};
