/** How far a hub is with a Service of a commit. */
export interface Awaited {
  /** `Refused` by Squadkit or by the GitOps engine: nothing comes of it unless somebody acts. */
  state: 'Ready' | 'Gone' | 'Refused' | 'Waiting';
  /** In a sentence, for people: as the hub says it, so it may hold anything that prints. */
  words: string;
}
