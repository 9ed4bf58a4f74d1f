import { readByOthers } from '../../documents/metadata.ts';
import { isMapping, ownField } from '../../objects/record.ts';
import type { KubernetesObject } from '../../objects/resource.ts';
import { type Concern, concern, highest, type Risk } from '../../words/risk.ts';
import type { Consequence } from './things.ts';
import { said } from './untold.ts';

/** What is said of a document in which nothing changes that Squadkit acts on. */
export const onlyWords = 'nothing changes but the words in the document';

/** What is said of a document. */
interface Story {
  kind: string;
  title: string;
  risk: Risk;
  concerns: Concern[];
  consequences: Consequence[];
  refused: unknown;
  resources: unknown[];
}

/** What changes in a document besides what it asks for, in words: nothing may change unseen. */
const besides = (kind: string, old: KubernetesObject, now: KubernetesObject): Consequence[] => {
  const labels = (['labels', 'annotations'] as const).flatMap((field) => {
    const [before, after] = [old, now].map(({ metadata }) => {
      const entries = metadata?.[field];
      return isMapping(entries) ? entries : {};
    }) as [Record<string, unknown>, Record<string, unknown>];
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];

    return keys
      .map((key) => ({ path: key, before: ownField(before, key), after: ownField(after, key) }))
      .filter((entry) => entry.before !== entry.after)
      .map((entry) => said(field === 'labels' ? 'label' : 'annotation', entry));
  });
  const [before, after] = [old.spec?.description, now.spec?.description];
  const words = kind === 'Service' && before !== after ? [said('its', { path: 'description', before, after })] : [];

  return [...labels, ...words];
};

/** What happens to a document, with what other programs may make of its labels and annotations. */
export const withReaders = <Told extends Story>(
  told: Told,
  old: KubernetesObject | undefined,
  now: KubernetesObject | undefined,
): Told => {
  if (now === undefined || told.refused !== undefined) return told;
  const added = readByOthers(old, now).map((key) =>
    concern('ReadByOthers', 'elsewhere', `${key} is read by other programs`),
  );
  const found = [...told.consequences, ...(old === undefined ? [] : besides(told.kind, old, now))];
  const written = told.resources.length > 0 ? 'adjusts what is made of it' : 'changes only how the document is written';
  const rest: Consequence[] = found.length > 0 ? [] : [{ effect: 'adjust', where: undefined, words: written }];

  return {
    ...told,
    title: told.title === onlyWords && added.length > 0 ? 'nothing changes but what other programs read' : told.title,
    consequences: [...found, ...rest],
    concerns: [...told.concerns, ...added],
    risk: highest([told.risk, ...added.map(({ risk }) => risk)]),
  };
};
