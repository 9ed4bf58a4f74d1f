import { Misused } from './problem.ts';
import { git, type Repository } from './repository.ts';

/** Where Git looks for a name that is no full one, in its order (git 2.39, gitrevisions(7)). */
const places = ['refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/'];

const line = (output: Buffer): string => output.toString().trim();

/** What Git makes of a name; `^main` means all but that, and is no commit. */
const commitAt = (repository: Repository, name: string): string | undefined => {
  const found = git(repository, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  const id = line(found.output);

  return found.ok && /^[0-9a-f]{40,64}$/.test(id) ? id : undefined;
};

/** The name of a revision without what is walked from it: `origin/main` of `origin/main~2`. */
const nameIn = (asked: string): string => /^[^~^:@]*/.exec(asked)?.[0] ?? '';

const isRef = (repository: Repository, ref: string): boolean =>
  git(repository, ['show-ref', '--verify', '--quiet', '--', ref]).ok;

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
  if (name.startsWith('refs/')) return isRef(repository, name) ? commitAt(repository, asked) : undefined;

  const remotes = remotesIn(repository);
  const refs = [...places.map((place) => `${place}${name}`), `refs/remotes/${name}/HEAD`].filter((ref) =>
    isRef(repository, ref),
  );
  const [first] = refs;
  // Where a clone has no branch of its own of that name, one that was fetched is what people mean.
  const fetched = first?.startsWith('refs/tags/') ? remotes.map((remote) => `refs/remotes/${remote}/${name}`) : [];
  const meant = [...refs, ...fetched.filter((ref) => isRef(repository, ref))];
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

/** The names of the repositories that are fetched from. */
const remotesIn = (repository: Repository): string[] =>
  line(git(repository, ['remote']).output)
    .split('\n')
    .filter((remote) => remote !== '');
