import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Architecture, downloads, lockFile, type PinnedPackage, readLock } from './lock.ts';
import { run } from './run.ts';

/**
 * The .deb file of a pinned package, from the cache or from Debian. Throws when it is not what the lock says, or when Debian
 * has dropped that version since.
 */
export const debianFile = async (
  name: string,
  { version, sha256 }: PinnedPackage,
  architecture: Architecture,
): Promise<string> => {
  const file = join(downloads(), 'debian', `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`);
  if (!existsSync(file)) await download(name, version, architecture, file);
  const found = sha256Of(file);
  if (found === sha256) return file;

  rmSync(file);
  throw new Error(`${file} is not what ${lockFile} says: its sha256 is ${found}, not ${sha256}`);
};

/** The newest version of a package that Debian has, and its file's sha256. Keeps the file. */
export const newestPackage = async (name: string, architecture: Architecture): Promise<PinnedPackage> => {
  const options = await ownLists(architecture);
  const policy = await run('apt-cache', [...options, 'policy', name]);
  const version = /Candidate: (\S+)/.exec(policy)?.[1];
  if (!version || version === '(none)') throw new Error(`Debian has no ${name} for ${architecture}`);
  const file = join(downloads(), 'debian', `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`);
  if (!existsSync(file)) await download(name, version, architecture, file);

  return { version, sha256: sha256Of(file) };
};

/** apt checks Debian's signatures, of a list that it has just fetched, and with them the file. */
const download = async (name: string, version: string, architecture: Architecture, file: string) => {
  const options = await ownLists(architecture);
  const directory = mkdtempSync(join(downloads(), 'fetching-'));
  try {
    await run('apt-get', [...options, '-qq', 'download', `${name}=${version}`], { directory });
    const [fetched] = readdirSync(directory);
    if (!fetched) throw new Error('apt-get fetched nothing');
    mkdirSync(join(file, '..'), { recursive: true });
    renameSync(join(directory, fetched), file);
  } catch (error) {
    throw new Error(
      `cannot fetch ${name} ${version} for ${architecture}; if Debian has a newer one, run npm run image:lock: ${(error as Error).message}`,
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
};

const lists = new Map<Architecture, Promise<string[]>>();

/** apt's own client for any processor, with lists of its own: those of the machine stay as they are, and nobody must be root. */
const ownLists = (architecture: Architecture): Promise<string[]> => {
  const known = lists.get(architecture) ?? fetchLists(architecture);
  lists.set(architecture, known);

  return known;
};

const fetchLists = async (architecture: Architecture): Promise<string[]> => {
  requireDebian();
  const root = join(downloads(), 'apt', architecture);
  for (const directory of ['lists/partial', 'cache/archives/partial', 'sources'])
    mkdirSync(join(root, directory), { recursive: true });
  writeFileSync(join(root, 'status'), '');
  cpSync(debianSources, join(root, 'sources/debian.sources'));
  const settings = {
    'Dir::State::lists': join(root, 'lists'),
    'Dir::State::status': join(root, 'status'),
    'Dir::Cache': join(root, 'cache'),
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': join(root, 'sources'),
    'APT::Architecture': architecture,
    'APT::Architectures': architecture,
    // Root's downloads would otherwise be made by a user who cannot enter this cache.
    'APT::Sandbox::User': 'root',
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  await run('apt-get', [...options, '-qq', 'update']);

  return options;
};

const debianSources = '/etc/apt/sources.list.d/debian.sources';

const requireDebian = () => {
  const { debian } = readLock();
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  if (release.includes(`VERSION_CODENAME=${debian}`) && existsSync(debianSources)) return;

  throw new Error(
    `the images are made of packages of Debian ${debian}, which only apt of Debian ${debian} fetches: run this there, for example in its container`,
  );
};

const sha256Of = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
