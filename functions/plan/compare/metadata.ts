import { readByOthers } from '../../documents/metadata.ts';
import type { KubernetesObject } from '../../objects/resource.ts';
import { type Concern, concern, highest, type Risk } from '../../words/risk.ts';

/** What is said of a document in which nothing changes that Squadkit acts on. */
export const onlyWords = 'nothing changes but the words in the document';

/** What happens to a document, with what other programs may make of its labels and annotations. */
export const withReaders = <Told extends { title: string; risk: Risk; concerns: Concern[]; refused: unknown }>(
  told: Told,
  old: KubernetesObject | undefined,
  now: KubernetesObject | undefined,
): Told => {
  const keys = now === undefined || told.refused !== undefined ? [] : readByOthers(old, now);
  if (keys.length === 0) return told;
  const added = keys.map((key) => concern('ReadByOthers', 'elsewhere', `${key} is read by other programs`));

  return {
    ...told,
    title: told.title === onlyWords ? 'nothing changes but what other programs read' : told.title,
    concerns: [...told.concerns, ...added],
    risk: highest([told.risk, ...added.map(({ risk }) => risk)]),
  };
};
