/** A comment on a pull or merge request, as its host keeps it. */
export interface Comment {
  id: number;
  body: string;
  /** Whether it was written with the rights that we have: anybody may write one that looks like ours. */
  isOurs: boolean;
}

/** What is said on one pull or merge request. All reject with what the host answered, in a sentence. */
export interface Discussion {
  /** The host's word for it, and its number: `pull request 12`. */
  name: string;
  /** The commit that the job is for, if the host says it. */
  commit: string | undefined;
  comments: () => Promise<Comment[]>;
  add: (body: string) => Promise<void>;
  change: (id: number, body: string) => Promise<void>;
}

/**
 * Says something on a pull or merge request, in the one comment that begins with `marker`: it is updated where it is
 * there, so that nobody has to look for the newest. Hosts take 65,536 characters (GitHub) and 1,000,000 (GitLab).
 */
export const say = async (discussion: Discussion, marker: string, body: string): Promise<void> => {
  const before = (await discussion.comments()).find((comment) => comment.isOurs && comment.body.startsWith(marker));
  if (before === undefined) return discussion.add(body);
  if (before.body !== body) return discussion.change(before.id, body);
};
