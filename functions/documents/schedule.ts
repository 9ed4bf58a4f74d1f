/** What a field of a schedule takes, and whether it says any at all. */
interface Field {
  takes: Set<number>;
  isAny: boolean;
}

const day = 86_400_000;

/** Bounds of minute, hour, day of the month, month and day of the week. */
const bounds: [number, number][] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];

const fieldOf = (text: string, [least, most]: [number, number]): Field => {
  const takes = new Set<number>();
  for (const entry of text.split(',')) {
    const [range = '', step = '1'] = entry.split('/');
    const [from, to] = range === '*' ? [least, most] : (range.split('-').map(Number) as [number, number?]);
    // A figure with a step goes on to the end, as in robfig/cron 3.0.1, which Kubernetes reads schedules by.
    const last = to ?? (entry.includes('/') ? most : from);
    for (let value = from; value <= last; value += Number(step)) takes.add(value);
  }

  return { takes, isAny: text.split(',').some((entry) => entry.startsWith('*')) };
};

/** More than from one 29 February to the next, over a year that is none. */
const mostDays = 366 * 9;

const fieldsOf = (schedule: string) =>
  schedule
    .trim()
    .split(/ +/)
    .map((text, index) => fieldOf(text, bounds[index] as [number, number])) as [Field, Field, Field, Field, Field];

type Fields = ReturnType<typeof fieldsOf>;

const isDay = ([, , days, months, weekdays]: Fields, date: Date): boolean => {
  const ofMonth = days.takes.has(date.getUTCDate());
  const ofWeek = weekdays.takes.has(date.getUTCDay()) || (date.getUTCDay() === 0 && weekdays.takes.has(7));

  return (
    months.takes.has(date.getUTCMonth() + 1) && (days.isAny || weekdays.isAny ? ofMonth && ofWeek : ofMonth || ofWeek)
  );
};

/** The times of a day, in milliseconds, in their order. */
const timesOf = ([minutes, hours]: Fields): number[] =>
  [...hours.takes]
    .sort((one, other) => one - other)
    .flatMap((hour) =>
      [...minutes.takes].sort((one, other) => one - other).map((minute) => (hour * 60 + minute) * 60_000),
    );

/**
 * The first moment of a schedule of cron after another moment, both in milliseconds since 1970, in UTC; undefined if there is
 * none, as of 31 February. Where days of the month and of the week are both said, either of them is enough
 * (robfig/cron 3.0.1, spec.go).
 */
export const nextIn = (schedule: string, after: number): number | undefined => {
  const fields = fieldsOf(schedule);
  const times = timesOf(fields);
  const first = Math.floor(after / day) * day;
  for (let midnight = first; midnight < first + mostDays * day; midnight += day) {
    if (!isDay(fields, new Date(midnight))) continue;
    const time = times.find((candidate) => midnight + candidate > after);
    if (time !== undefined) return midnight + time;
  }

  return undefined;
};

/** So many days have every date on every day of the week. */
const everyDay = 28 * 366;

/** Of each schedule once: a tree has few of them, for all of its Services. */
const waits = new Map<string, number>();

/** The longest time between two moments of a schedule of cron, in milliseconds; infinite if there are none. */
export const longestWaitIn = (schedule: string): number => {
  const known = waits.get(schedule) ?? waitIn(schedule);
  waits.set(schedule, known);

  return known;
};

const waitIn = (schedule: string): number => {
  const fields = fieldsOf(schedule);
  const times = timesOf(fields);
  const [first, last] = [times[0], times.at(-1)];
  const days = Array.from({ length: everyDay }, (_, index) => index).filter((index) =>
    isDay(fields, new Date(index * day)),
  );
  if (first === undefined || last === undefined || days.length === 0) return Number.POSITIVE_INFINITY;
  const within = times.slice(1).map((time, index) => time - (times[index] as number));
  const between = days.slice(1).map((date, index) => (date - (days[index] as number)) * day - last + first);

  return [...within, ...between].reduce((longest, wait) => Math.max(longest, wait), 0);
};
