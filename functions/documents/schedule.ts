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

/**
 * The first moment of a schedule of cron after another moment, both in milliseconds since 1970, in UTC; undefined if there is
 * none, as of 31 February. Where days of the month and of the week are both said, either of them is enough
 * (robfig/cron 3.0.1, spec.go).
 */
export const nextIn = (schedule: string, after: number): number | undefined => {
  const [minutes, hours, days, months, weekdays] = schedule
    .trim()
    .split(/ +/)
    .map((text, index) => fieldOf(text, bounds[index] as [number, number])) as [Field, Field, Field, Field, Field];
  const isDay = (date: Date): boolean => {
    const ofMonth = days.takes.has(date.getUTCDate());
    const ofWeek = weekdays.takes.has(date.getUTCDay()) || (date.getUTCDay() === 0 && weekdays.takes.has(7));

    return (
      months.takes.has(date.getUTCMonth() + 1) && (days.isAny || weekdays.isAny ? ofMonth && ofWeek : ofMonth || ofWeek)
    );
  };
  const times = [...hours.takes]
    .sort((one, other) => one - other)
    .flatMap((hour) =>
      [...minutes.takes].sort((one, other) => one - other).map((minute) => (hour * 60 + minute) * 60_000),
    );
  const first = Math.floor(after / day) * day;
  for (let midnight = first; midnight < first + mostDays * day; midnight += day) {
    if (!isDay(new Date(midnight))) continue;
    const time = times.find((candidate) => midnight + candidate > after);
    if (time !== undefined) return midnight + time;
  }

  return undefined;
};
