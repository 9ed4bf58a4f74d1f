import { toldOf } from '../../providers/all-told.ts';
import { doubtsOf, janitorReport, saidOf } from '../../zone/sessions.ts';
import type { Subject, Verdict } from '../subject.ts';
import type { Hub } from './hub.ts';

/** What the janitor says of the server of each component for which the platform has registered it. `now` is when. */
export const sessionsVerdicts = async (hub: Hub, { outcome }: Subject, now: Date): Promise<Verdict[]> => {
  const report = await hub.get(janitorReport);
  const watched = outcome.parts.filter(
    ({ component: { provider, platform } }) => toldOf(provider).janitor?.(platform) !== undefined,
  );

  return watched.map(({ component: { component, zone } }): Verdict => {
    const where = `\`${component}\` in zone \`${zone.name}\``;
    if ('missing' in report && report.missing === 'not allowed')
      return { verdict: 'cannot be seen from here', because: [`you may not read what the janitor says of ${where}`] };
    const said = 'object' in report ? saidOf(report.object, `${zone.name}.${component}`) : undefined;
    const doubts = doubtsOf(said, now);
    if (doubts.length > 0)
      return { verdict: 'does not hold', because: doubts.map((doubt) => `sessions on ${where}: ${doubt}`) };

    return { verdict: 'holds', because: [`the janitor looked at the sessions on ${where} at ${said?.lookedAt}`] };
  });
};
