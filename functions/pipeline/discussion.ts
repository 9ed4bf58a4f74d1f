/** A comment on a pull or merge request, as its host keeps it. */
export interface Comment {
  id: number;
  body: string;
  /** Who wrote it, as the host names them. */
  author: string;
  /** Whether we wrote it: anybody may write one that looks like ours. Undefined where only what we write now tells. */
  isOurs: boolean | undefined;
}

/** What is said on one pull or merge request. All reject with what the host answered, in a sentence. */
export interface Discussion {
  /** The host's word for it, and its number: `pull request 12`. */
  name: string;
  /** The commit that the job is for, if the host says it. */
  commit: string | undefined;
  comments: () => Promise<Comment[]>;
  /** Answers who it is by, where the host says it. */
  add: (body: string) => Promise<string | undefined>;
  change: (id: number, body: string) => Promise<void>;
  remove: (id: number) => Promise<void>;
}

/**
 * Says something on a pull or merge request, in the one comment that begins with `marker`: it is updated where it is
 * there, so that nobody has to look for the newest. Where nobody knows which are ours, it is written anew, and what the same
 * author said before goes. Hosts take 65,536 characters (GitHub) and 1,000,000 (GitLab).
 */
export const say = async (discussion: Discussion, marker: string, body: string): Promise<void> => {
  const marked = (await discussion.comments()).filter((comment) => comment.body.startsWith(marker));
  const [before, ...more] = marked.filter(({ isOurs }) => isOurs);
  if (before !== undefined) {
    if (before.body !== body) await discussion.change(before.id, body);
    // A host that kept one and did not say so was asked a second time.
    for (const { id } of more) await discussion.remove(id);

    return;
  }

  const us = await discussion.add(body);
  for (const { id, author, isOurs } of marked)
    if (isOurs === undefined && us !== undefined && author === us) await discussion.remove(id);
};
