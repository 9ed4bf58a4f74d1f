/**
 * `npm run image:lock` writes image.lock.json: the newest version of every Debian package that the images need, and the
 * sha256 of its file. Node is pinned by package-lock.json.
 */
import { writeFileSync } from 'node:fs';
import { newestPackage } from './debian.ts';
import { type Architecture, architectures, type Lock, lockFile, type PinnedPackage, readLock } from './lock.ts';
import { specifications } from './specification.ts';

const names = [...new Set(Object.values(specifications).flatMap(({ debian }) => Object.keys(debian)))].sort();
const before = readLock();
const packages = {} as Record<Architecture, Record<string, PinnedPackage>>;
for (const architecture of architectures) {
  packages[architecture] = {};
  for (const name of names) {
    const found = await newestPackage(name, architecture);
    packages[architecture][name] = found;
    const old = before.packages[architecture]?.[name]?.version;
    if (old !== found.version) console.log(`${name} for ${architecture}: ${old ?? 'new'} → ${found.version}`);
  }
}
const lock: Lock = { debian: before.debian, packages };
writeFileSync(lockFile, `${JSON.stringify(lock, null, 2)}\n`);
