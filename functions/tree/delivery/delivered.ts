/** Something that decides what an engine applies of a repository, and how, or what it applies beside a tree. */
export interface Delivered {
  /** From the top of the repository. */
  file: string;
  /** `Kustomization galaxy` */
  name: string;
  /** What it says, of which every field is compared. */
  content: Record<string, unknown>;
}
