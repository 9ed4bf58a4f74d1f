import { dataClasses } from '../../documents/data-classes.ts';
import type { Outcome, Part } from '../../simulation/outcome.ts';
import { concern } from '../../words/risk.ts';
import { quoted, type Thing } from '../../words/thing.ts';
import { placeOf, whereOf } from './place.ts';
import { type Compared, type Consequence, changed, same } from './things.ts';
import { untold } from './untold.ts';

const about = (words: string): Consequence => ({ effect: 'change', where: undefined, words });

/**
 * What changes about a Service as a whole: what it may hold, and who its people are.
 *
 * @param isTold whether something else is told of it: then its access tells of its people
 */
export const wholeChange = (before: Outcome, after: Outcome, environment: string, isTold: boolean): Compared => {
  const dataClass = dataClassChange(before, after, environment);
  const [from, to] = [before, after].map(({ parts: [part] }) => part?.component.squad.group);
  if (isTold || from === undefined || to === undefined || from === to) return dataClass;

  const people = about(`changes whose it is: the squad is group ${quoted(to)} instead of group ${quoted(from)}`);
  return { ...dataClass, consequences: [...dataClass.consequences, people] };
};

const dataClassChange = (before: Outcome, after: Outcome, environment: string): Compared => {
  const [from, to] = [before.service?.dataClass, after.service?.dataClass];
  if (from === undefined || to === undefined || from === to) return same;
  const isRaised = dataClasses.indexOf(to) > dataClasses.indexOf(from);

  return {
    ...same,
    consequences: [about(`changes the data class: ${to} instead of ${from}`)],
    concerns: [
      isRaised
        ? concern('DataClassRaised', environment, `it may hold ${to} data instead of ${from}`)
        : concern('GuaranteeLost', environment, `its data counts as ${to} instead of ${from}, which may need less`),
    ],
  };
};

/** A component as a place where data lies. */
const placeThing = (part: Part): Thing => ({
  key: 'place',
  name: placeOf(part),
  resources: [],
  holds: 'rules',
  facts: [
    {
      ...{ label: 'lies in region', value: quoted(part.component.zone.region) },
      ...{ wider: 'none', narrower: 'none', replaced: 'GuaranteeLost' },
    },
  ],
  lost: '',
  kept: '',
});

/** What changes about the place itself: everything there lies elsewhere. */
export const placeChange = (before: Part, after: Part): Compared =>
  changed(placeThing(before), placeThing(after), whereOf(after));

/** What a squad asks for otherwise, and nobody has told of. */
export const settingsChange = (before: Part, after: Part, told: Set<string>): Compared => ({
  ...same,
  consequences: untold(
    `the settings of ${placeOf(after)}`,
    { before: before.component.settings, after: after.component.settings },
    told,
    whereOf(after),
  ),
});
