import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clients } from '../../clients/client.ts';
import { tools } from '../../clients/migration.ts';
import { varied } from '../../clients/variants.ts';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'examples/connect/README.md'), 'utf8');
const programOf = (path: string): string => readFileSync(join(root, 'test/clients', path), 'utf8').trimEnd();

/** Of Quarkus only the reader is run, by a program that no application has; psycopg 2 takes what psycopg 3 takes. */
const unshown = ['quarkus/Connect.java', 'psycopg2/environment.py'];

test.each(
  clients.flatMap(({ folder, connect, environment }) =>
    [connect, environment].flatMap((program) => (program === undefined ? [] : [`${folder}/${program}`])),
  ),
)('the page shows %s as it is run', (path) => {
  expect(page.includes(programOf(path))).toBe(!unshown.includes(path));
});

test.each(tools.map(({ folder }) => folder))('the page shows what %s is run with', (folder) => {
  const shown = ['env.py', 'settings.py', 'knexfile.mjs', 'migrate.mjs', 'Migrate.java']
    .map((file) => `migrations/${folder}/${file}`)
    .filter((path) => existsSync(join(root, 'test/clients', path)));

  expect(shown).toHaveLength(1);
  expect(page).toContain(programOf(shown[0] as string));
});

test('every dependency of a client has one version', () => {
  const files = [
    ...new Set([...clients.map(({ folder }) => folder), ...tools.map(({ folder }) => `migrations/${folder}`)]),
  ];
  for (const folder of files) {
    const read = (file: string) => {
      const path = join(root, 'test/clients', folder, file);
      return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    };
    const pinned = [read('package-lock.json'), read('go.sum'), read('requirements.txt'), read('pom.xml')].filter(
      (file) => file !== undefined,
    );
    if (folder !== 'psql') expect(pinned, folder).toHaveLength(1);
    expect(
      read('requirements.txt')
        ?.trim()
        .split('\n')
        .every((line) => /^[\w.-]+==[\w.]+$/.test(line)) ?? true,
    ).toBe(true);
    expect(/"[~^]|"latest"/.test(read('package.json') ?? '')).toBe(false);
  }
});

test('a wrong host name is in every key that has one, and in no other', async () => {
  const secret = {
    host: 'localhost',
    uri: 'postgresql://a:localhost@localhost:5432/localhost?sslmode=verify-full',
    'jdbc-uri': 'jdbc:postgresql://localhost:5432/a',
    password: 'localhost',
  };

  expect(await varied(secret, 'wrong host name')).toEqual({
    host: 'elsewhere.example.org',
    uri: 'postgresql://a:localhost@elsewhere.example.org:5432/localhost?sslmode=verify-full',
    'jdbc-uri': 'jdbc:postgresql://elsewhere.example.org:5432/a',
    password: 'localhost',
  });
});
