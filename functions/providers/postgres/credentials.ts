import * as z from 'zod/mini';
import { duration, millisecondsOf, notLongerInCel } from '../../documents/duration.ts';
import { moment } from '../../documents/moment.ts';
import { documentation } from '../../documents/schema.ts';

/** How long an old login works on where the platform does not say otherwise. */
export const defaultOverlap = { overlap: '7d', most: '30d' };

const overlapRule = 'overlap may not be longer than most: lower it, or raise most';
const mostRule = 'most may not be longer than rotateEvery: an old login ends before the next one is exchanged';

/** What the platform says of how old logins become. */
export const credentials = z
  .strictObject({
    rotateEvery: duration(
      'How old a login becomes before a new one takes its place, as 90d. A minute is for trials: files of a mounted Secret follow within two.',
      '1m',
    ),
    overlap: z._default(
      duration(
        'For how long the old login works on once the new one lies everywhere. Until then workloads that read Secrets at their start have to be restarted.',
        '15s',
      ),
      defaultOverlap.overlap,
    ),
    most: z._default(
      duration(
        'For how long an old login works on that has open sessions. Only where a janitor counts them; where nobody does, it ends after the overlap.',
        '15s',
      ),
      defaultOverlap.most,
    ),
  })
  .check(
    z.refine(({ overlap, most }) => !(millisecondsOf(overlap) > millisecondsOf(most)), overlapRule),
    z.refine(({ most, rotateEvery }) => !(millisecondsOf(most) > millisecondsOf(rotateEvery)), mostRule),
  )
  .register(documentation, {
    description: 'When logins are exchanged for new ones. Without it they stay until their Service goes.',
    'x-kubernetes-validations': [
      { rule: notLongerInCel('self.overlap', 'self.most'), message: overlapRule },
      { rule: notLongerInCel('self.most', 'self.rotateEvery'), message: mostRule },
    ],
  });

/** What a squad may ask for instead. */
export const rotation = z
  .strictObject({
    every: z.optional(
      duration(
        'How old a login becomes before a new one takes its place. Not longer than the zone says, and not shorter than its overlap.',
        '1m',
      ),
    ),
    notBefore: z.optional(
      moment(
        'For an emergency: logins that were made before this moment are exchanged at once, and end as soon as the new ones lie everywhere. A moment to come counts when it has come.',
      ),
    ),
  })
  .register(documentation, { description: 'When the logins are exchanged for new ones, if not as the zone says.' });
