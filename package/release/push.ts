/**
 * `npm run release:push -- ghcr.io/squadkit` pushes what `npm run release` has made to a registry and a place in it, and
 * prints one reference with its digest a line, for whoever signs them. It signs in as docker does, by ~/.docker/config.json.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { architectures } from '../image/lock.ts';
import { run } from '../image/run.ts';
import { createProgress } from '../tools/progress.ts';
import { buildTools } from '../tools/tools.ts';
import { releasedVersion } from '../version.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { from: { type: 'string', default: resolve(import.meta.dirname, '../../dist/release') } },
});
const [place] = positionals;
if (!place) {
  console.error('say where to: npm run release:push -- ghcr.io/squadkit');
  process.exit(1);
}

const forEach = (name: string, ending: string) =>
  architectures.map((architecture) => `${name}-${architecture}.${ending}`);
const released = {
  'function-squadkit': forEach('function-squadkit', 'xpkg'),
  squadkit: ['squadkit.xpkg'],
  janitor: forEach('janitor', 'tar'),
  backup: forEach('backup', 'tar'),
  drill: forEach('drill', 'tar'),
  'command-line': forEach('command-line', 'tar'),
};
const crossplane = (await buildTools({ ...createProgress(), note: () => undefined }, ['crossplane']))('crossplane');
for (const [name, files] of Object.entries(released)) {
  const reference = `${place}/${name}:${releasedVersion()}`;
  const paths = files.map((file) => join(values.from, file));
  process.stdout.write(await run(crossplane.binary('xpkg'), ['push', reference, ...paths]));
}
