import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { postgresClient } from '../tools/postgres-client.ts';
import type { Architecture } from './lock.ts';

/** Where PostgreSQL lies in an image. */
const place = 'usr/lib/postgresql';

/** What a server needs whatever extensions there are: catalogs, names of time zones, dictionaries. */
const shared =
  /^(errcodes[.]txt|information_schema[.]sql|pg_(hba|ident)[.]conf[.]sample|postgres[.]bki|postgresql[.]conf[.]sample|snowball_create[.]sql|sql_features[.]txt|system_\w+[.]sql|timezonesets|tsearch_data)$/;

/** Modules of the server itself: encodings and dictionaries. */
const modules = /^(dict_snowball|plpgsql|euc\w*|latin\w*|cyrillic_and_mic|utf8_and_\w+)[.]so$/;

/** Extensions that a role without rights may create, and their modules, as their control files say (PostgreSQL 18, extend.sgml). */
const trustedIn = (directory: string): { name: string; module: string | undefined }[] =>
  readdirSync(directory)
    .filter((file) => file.endsWith('.control'))
    .flatMap((file) => {
      const text = readFileSync(join(directory, file), 'utf8');
      const [, module] = /^module_pathname = '\$libdir\/([\w-]+)'/m.exec(text) ?? [];

      return /^trusted = true$/m.test(text) ? [{ name: file.replace('.control', ''), module }] : [];
    });

/**
 * Puts what a server of PostgreSQL needs besides its program into a directory. Of the extensions it has only those that are
 * trusted: nothing that is there reaches another machine, a file or a program.
 *
 * @throws Error of pip if what it fetched is not what is pinned
 */
export const addPostgresServer = async (architecture: Architecture, directory: string): Promise<void> => {
  const from = await postgresClient(architecture === 'amd64' ? 'x64' : architecture);
  const extensions = trustedIn(join(from, 'share/extension'));
  const copy = (path: string) => cpSync(join(from, path), join(directory, place, path), { recursive: true });
  for (const folder of ['lib', 'share/extension']) mkdirSync(join(directory, place, folder), { recursive: true });
  for (const file of readdirSync(join(from, 'share')).filter((name) => shared.test(name))) copy(`share/${file}`);
  for (const file of readdirSync(join(from, 'lib'))) {
    const isOfExtension = extensions.some(({ module }) => module !== undefined && file === `${module}.so`);
    if (!isOfExtension && !modules.test(file)) continue;
    copy(`lib/${file}`);
    chmodSync(join(directory, place, 'lib', file), 0o644);
  }
  for (const file of readdirSync(join(from, 'share/extension')))
    if (extensions.some(({ name }) => file === `${name}.control` || file.startsWith(`${name}--`)))
      copy(`share/extension/${file}`);
};
