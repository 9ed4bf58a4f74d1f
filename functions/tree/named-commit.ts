import { Misused } from './problem.ts';
import { git, lineOf, linesOf, type Repository } from './repository.ts';

/** Where Git looks for a name that is no full one, in its order (git 2.39, gitrevisions(7)). */
const places = ['refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/'];

/** What Git makes of a name; `^main` means all but that, and is no commit. */
const commitAt = (repository: Repository, name: string): string | undefined => {
  const found = git(repository, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  const id = lineOf(found.output);

  return found.ok && /^[0-9a-f]{40,64}$/.test(id) ? id : undefined;
};

/** The name of a revision without what is walked from it: `origin/main` of `origin/main~2`. */
const nameIn = (asked: string): string => /^[^~^:@]*/.exec(asked)?.[0] ?? '';

/** Those of these refs that are there, in this order. */
const refsAmong = (repository: Repository, refs: string[]): string[] => {
  const there = linesOf(git(repository, ['for-each-ref', '--format=%(refname)', ...refs]).output);

  return refs.filter((ref) => there.includes(ref));
};

/**
 * The commit of that name in a repository; undefined if there is none.
 *
 * Whoever may push a branch may push a tag too, and a tag comes before a branch of its name: what Git would guess is not
 * taken. A name that begins with `refs/` means this ref and no other one.
 *
 * @throws Misused if a name means several commits, or a branch of another repository that was not fetched
 */
export const commitNamed = (repository: Repository, asked: string): string | undefined => {
  const name = nameIn(asked);
  // Git takes neither as a name of anything else.
  if (name === '' || name === 'HEAD' || /^[0-9a-f]{40}$|^[0-9a-f]{64}$/.test(name)) return commitAt(repository, asked);
  if (name.startsWith('refs/')) {
    return refsAmong(repository, [name]).length > 0 ? commitAt(repository, asked) : undefined;
  }

  const remotes = linesOf(git(repository, ['remote']).output);
  const own = [...places.map((place) => `${place}${name}`), `refs/remotes/${name}/HEAD`];
  const fetched = remotes.map((remote) => `refs/remotes/${remote}/${name}`);
  const there = refsAmong(repository, [...own, ...fetched]);
  const [first] = there.filter((ref) => own.includes(ref));
  // Where a clone has no branch of its own of that name, one that was fetched is what people mean.
  const meant = first?.startsWith('refs/tags/') ? there : there.filter((ref) => own.includes(ref));
  const isShort = /^[0-9a-f]{4,}$/.test(name) && first !== undefined;
  if (new Set(meant.map((ref) => commitAt(repository, ref))).size > 1 || isShort) {
    const several = [...meant, ...(isShort ? ['a commit by its whole number'] : [])];
    throw new Misused(`${JSON.stringify(asked)} may mean several things: write one of ${several.join(', ')}`);
  }
  if (
    first !== undefined &&
    !first.startsWith('refs/remotes/') &&
    remotes.some((remote) => name.startsWith(`${remote}/`))
  )
    throw new Misused(
      `${JSON.stringify(asked)} is no branch that was fetched, but ${first}: fetch the branch, or write ${first}`,
    );

  return commitAt(repository, asked);
};
