import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundle } from './build.ts';
import { writeNpmPackage } from './npm.ts';

const directory = resolve(import.meta.dirname, '../dist');

rmSync(directory, { recursive: true, force: true });
for (const [file, size] of Object.entries(await bundle({ outputDirectory: directory })))
  console.log(`${join('dist', file).padEnd(20)} ${String(Math.ceil(size / 1024)).padStart(5)} KiB`);
await writeNpmPackage(join(directory, 'npm'));
console.log(`${join('dist', 'npm').padEnd(20)} for npm pack and npm publish`);
