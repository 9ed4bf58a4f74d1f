import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inDatabase } from './databases.ts';
import { type DrillScene, expectUnproven, openDrillScene } from './drill-scene.ts';
import { forgerIn, type Parts, replacedIn } from './forge.ts';

let scene: DrillScene;
let forger: ReturnType<typeof forgerIn>;
let parts: Parts;
let number = 0;
const mark = `squadkit-drill-${process.pid}`;
/** A file that only a program could make; it lies where every process of this machine may write. */
const made = join('/dev/shm', mark);
const long = 'a'.repeat(400);

beforeAll(async () => {
  scene = await openDrillScene();
  forger = forgerIn(scene);
  await inDatabase(scene.server, 'galaxy_billing', (client) =>
    client.query(`SET ROLE galaxy_billing_owner; CREATE VIEW app.place AS SELECT '${long}' AS word`),
  );
  parts = await forger.partsOf('main/frontier.spike/galaxy/billing');
}, 600_000);
afterAll(async () => {
  rmSync(made, { force: true });
  await scene?.close();
});

/** A backup with this dump, whose manifest has its digest, and says of the contents what was true before. */
const drillOf = async (dump: Buffer, manifest: Partial<Parts['manifest']> = {}) => {
  number += 1;

  return scene.drill(await forger.forge(`case-${number}`, parts, { dump, manifest }));
};

const odd = '"Odd; Näme --\'%s"';

/** By table: a row less, one more, and one changed, each as the superuser sees them all. */
const rows: Record<string, [string, string, string, string]> = {
  invoice: [
    'table invoice',
    'DELETE FROM invoice WHERE id = 1000',
    "INSERT INTO invoice (body) VALUES ('{}')",
    'UPDATE invoice SET share = share + 1e-9 WHERE id = 1000',
  ],
  child: ['table child', 'DELETE FROM child', "INSERT INTO child VALUES (3, 'three')", "UPDATE child SET b = 'thref'"],
  secret: [
    'table secret',
    'DELETE FROM secret WHERE id = 3',
    "INSERT INTO secret VALUES (4, 'x')",
    "UPDATE secret SET note = 'Hidden' WHERE id = 3",
  ],
  odd: [
    'a table with an unusual name',
    `DELETE FROM ${odd} WHERE whole IS NULL`,
    `INSERT INTO ${odd} VALUES (NULL, NULL, NULL)`,
    `UPDATE ${odd} SET "a "" b" = '' WHERE whole IS NULL`,
  ],
};

describe('rows', () => {
  const cases = Object.values(rows).flatMap(([name, less, more, changed]) => [
    [less, new RegExp(`^${name} has \\d+ rows? instead of \\d+$`)] as const,
    // A row of invoice takes a number of its sequence too: ahead is no harm.
    [more, new RegExp(`^${name} has \\d+ rows? instead of \\d+$`)] as const,
    [changed, new RegExp(`^rows of ${name} are not what they were$`)] as const,
  ]);
  test.each(cases)('%s', async (statement, because) => {
    const dump = await forger.dumpAfter('galaxy_billing', [statement]);

    expectUnproven(await drillOf(dump), because, 'Platform');
  });
});

/** What is not there any more, or is there besides. */
const things: [string, RegExp][] = [
  ['DROP TABLE scratch', /^table scratch is not in it$/],
  ['DROP TABLE nothing', /^table nothing is not in it$/],
  [
    'ALTER TABLE measured DETACH PARTITION measured_2026; DROP TABLE measured_2026 CASCADE',
    /^table measured_2026 is not in it, and \d+ more/,
  ],
  ['CREATE TABLE another (id int)', /^table another was not there$/],
  ["SELECT setval('invoice_id_seq', 1999)", /^sequence invoice_id_seq is behind: it gives again/],
  ["SELECT setval('invoice_id_seq', 2000, false)", /^sequence invoice_id_seq is behind: it gives again/],
  ['ALTER SEQUENCE invoice_id_seq INCREMENT -1 MINVALUE -5', /^sequence invoice_id_seq does not go on as it did$/],
  ['ALTER TABLE invoice ALTER id DROP IDENTITY', /^sequence invoice_id_seq is not in it$/],
  ['CREATE SEQUENCE more', /^sequence more was not there$/],
  ['DROP INDEX empty_twice_idx', /^index empty_twice_idx is not in it$/],
  ['DROP VIEW paid', /^view paid is not in it$/],
  ['DROP MATERIALIZED VIEW total', /^materialized view total is not in it$/],
  [
    'DROP INDEX empty_twice_idx; DROP FUNCTION twice',
    /^function twice\(n integer\) is not in it, and 1 more difference$/,
  ],
  ['DROP POLICY own ON secret', /^policy own on secret is not in it$/],
  ['ALTER TABLE invoice DROP CONSTRAINT invoice_pkey', /^constraint invoice_pkey on invoice is not in it, and 1 more/],
  ['ALTER TABLE empty ALTER doubled DROP EXPRESSION', /^default of doubled on empty is not in it$/],
  ['CREATE TYPE "Ö; x" AS ENUM ()', /^a type with an unusual name was not there$/],
];
test.each(things)('%s', async (statement, because) => {
  expectUnproven(await drillOf(await forger.dumpAfter('galaxy_billing', [statement])), because, 'Platform');
});

test('a sequence that is further is proven: it gives nothing again', async () => {
  const dump = await forger.dumpAfter('galaxy_billing', ["SELECT setval('invoice_id_seq', 5000)"]);

  expect(await drillOf(dump)).toMatchObject({ status: 0, error: '', left: [], running: [] });
});

test("another database's dump, with a manifest that has its digest", async () => {
  const dump = await forger.dumpAfter('galaxy_billing', ['DROP SCHEMA app CASCADE', 'CREATE SCHEMA app']);

  expectUnproven(
    await drillOf(dump),
    /^a table with an unusual name is not in it, and \d+ more differences$/,
    'Platform',
  );
});

describe('a dump that was made otherwise', () => {
  test.each<[string, (dump: Buffer) => Buffer, RegExp]>([
    [
      'by a later pg_dump',
      (dump) => Buffer.concat([dump.subarray(0, 6), Buffer.from([17]), dump.subarray(7)]),
      /^the dump was made by a later pg_dump/,
    ],
    [
      'by a much later one',
      (dump) => Buffer.concat([dump.subarray(0, 5), Buffer.from([2]), dump.subarray(6)]),
      /^the dump was made by a later pg_dump/,
    ],
  ])('%s', async (_, change, because) => {
    expectUnproven(await drillOf(change(Buffer.from(parts.dump))), because, 'Platform');
  });

  const cuts = [0, 1, 5, 30, 0.25, 0.5, 0.9, -1];
  test.each(cuts)('cut at %d', async (where) => {
    const at = where < 0 ? parts.dump.length + where : Math.floor(where < 1 ? where * parts.dump.length : where);

    expectUnproven(
      await drillOf(parts.dump.subarray(0, at)),
      /^what lies there is no dump, or not all of one/,
      'Platform',
    );
  });

  test('something else', async () => {
    for (const text of ['SELECT 1;\n'.repeat(100), '\\! touch x\n', '\0'.repeat(5000)])
      expectUnproven(await drillOf(Buffer.from(text)), /^what lies there is no dump/, 'Platform');
  });
});

/** Statements that nobody may say in a drill. */
const program = `PROGRAM 'touch ${made}'`;
const forbidden = [
  `COPY app.scratch FROM ${program}`,
  `COPY app.scratch TO ${program}`,
  `COPY app.scratch FROM '/etc/passwd'`,
  `COPY app.scratch TO '${made}'`,
  `DO $$BEGIN EXECUTE 'COPY app.scratch TO PROGRAM ''touch ${made}'''; END$$`,
  "SELECT pg_read_file('/etc/passwd')",
  "SELECT lo_import('/etc/passwd')",
  `SELECT lo_export(lo_create(0), '${made}')`,
  'ALTER ROLE squadkit_prover SUPERUSER',
  'CREATE ROLE other SUPERUSER',
  'SET SESSION AUTHORIZATION squadkit_throwaway',
  'SET ROLE squadkit_throwaway',
  'SET ROLE pg_execute_server_program',
  'GRANT pg_execute_server_program TO squadkit_prover',
  "ALTER SYSTEM SET archive_command = 'true'",
  "SET log_destination = 'csvlog'",
  "CREATE TABLESPACE other LOCATION '/tmp'",
  "CREATE SUBSCRIPTION s CONNECTION 'host=localhost' PUBLICATION p",
  "CREATE FUNCTION app.system(text) RETURNS int LANGUAGE c AS 'libc.so.6', 'system'",
  'CREATE FUNCTION app.f() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN END$$; CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION app.f()',
  "LOAD 'auto_explain'",
  'CREATE EXTENSION dblink',
  'CREATE EXTENSION postgres_fdw',
  'CREATE EXTENSION plpython3u',
  'CREATE LANGUAGE plpython3u',
  'CREATE FOREIGN DATA WRAPPER f',
  'SELECT pg_terminate_backend(pid) FROM pg_stat_activity; SELECT 1/0',
];

/** Statements that anybody may say, and what they leave otherwise. */
const effects: [string, RegExp][] = [
  // The view is made before the table has rows.
  ['DELETE FROM app.parent', /^view place is not in it$/],
  ['CREATE TABLE app.planted (id int)', /^table planted was not there, and 1 more/],
  ['DROP SCHEMA app CASCADE', /./],
  ['SELECT 1', /^view place is not in it$/],
  ["SELECT pg_catalog.set_config('default_transaction_read_only', 'on', false)", /./],
];

describe('statements that were put into a dump', () => {
  const definition = () => {
    const text = parts.dump.toString('latin1');

    return /CREATE VIEW app\.place AS\n SELECT '(a+)'::text AS word;/.exec(text)?.[0] as string;
  };

  test(`the program is one that runs: whoever is superuser makes the file`, async () => {
    await inDatabase(scene.server, 'galaxy_billing', (client) => client.query(`COPY app.scratch TO ${program}`));

    expect(existsSync(made)).toBe(true);
    rmSync(made);
  });

  test.each(forbidden)('%s', async (statement) => {
    const outcome = await drillOf(replacedIn(parts.dump, definition(), `${statement};`));

    expectUnproven(outcome, /\([0-9A-Z]{5}\)$/, 'anybody');
    expect(existsSync(made)).toBe(false);
  });

  test.each(effects)('%s', async (statement, because) => {
    const outcome = await drillOf(replacedIn(parts.dump, definition(), `${statement};`));

    expectUnproven(outcome, because, 'anybody');
  });

  test('COPY of a table from a program', async () => {
    const [statement = ''] =
      /COPY app\.invoice \(id, body, at, price, share\) FROM stdin;/.exec(parts.dump.toString('latin1')) ?? [];
    const short = join('/dev/shm', 'sk');
    rmSync(short, { force: true });

    expectUnproven(
      await drillOf(replacedIn(parts.dump, statement, `COPY app.invoice FROM PROGRAM 'touch ${short}';`)),
      /rights that nobody has in a drill.* \(42501\)$/,
      'Squad',
    );
    expect(existsSync(short)).toBe(false);
  });
});

/** What a squad may write in its schema, and what a restore does with it: index, generated column, check, and trigger. */
const body = (text: string) =>
  `CREATE OR REPLACE FUNCTION app.g(n int) RETURNS int VOLATILE LANGUAGE plpgsql AS $$BEGIN ${text} RETURN n; END$$`;
const inside = 'CREATE FUNCTION app.f(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$BEGIN RETURN app.g(n); END$$';
const deeds = {
  'runs a program': [`EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch ${made}'''; `, /rights that nobody has.*\(42501\)$/],
  'reads a file': ["PERFORM pg_read_file('/etc/passwd'); ", /rights that nobody has.*\(42501\)$/],
  'writes a row': ['INSERT INTO app.scratch VALUES (8); ', /^table scratch has \d+ rows? instead of 1/],
  fails: ["RAISE 'canary-of-a-row'; ", /^a function in the dump fails while it is restored \(P0001\)$/],
} as const;
const wheres = {
  'an index': 'CREATE INDEX called ON app.used (app.f(id))',
  'a generated column': 'ALTER TABLE app.used ADD made int GENERATED ALWAYS AS (app.f(id)) STORED',
  'a check': 'ALTER TABLE app.used ADD CONSTRAINT fine CHECK (app.f(id) > 0)',
} as const;
const combined = Object.keys(deeds).flatMap((deed) => Object.keys(wheres).map((where) => [deed, where] as const)) as [
  keyof typeof deeds,
  keyof typeof wheres,
][];

describe(`a function of a squad: ${combined.length} cases`, () => {
  test.each(combined)('%s in %s', async (deed, where) => {
    const [text, because] = deeds[deed];
    const before = ['CREATE TABLE app.used (id int); INSERT INTO app.used VALUES (1)', body(''), inside, wheres[where]];
    const dump = await forger.dumpAfter('galaxy_billing', [...before, body(text)]);
    const outcome = await drillOf(dump);

    expectUnproven(outcome, because, 'anybody');
    expect(existsSync(made)).toBe(false);
  });
});

test('all of a database, with what a backup leaves out: event trigger, publication, large object', async () => {
  const dump = await forger.dumpAfter(
    'galaxy_billing',
    [
      'CREATE FUNCTION app.e() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN END$$',
      'CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION app.e()',
    ],
    [],
  );

  expectUnproven(await drillOf(dump), /^something in the dump needs rights that nobody has in a drill/, 'Squad');
});

describe('what a database needs besides its schema', () => {
  const extension = (name: string) => ({ extensions: [{ name, version: '1.0', schema: 'public' }] });
  test.each<[string, RegExp]>([
    ['dblink', /^extension dblink is not here$/],
    ['postgis', /^extension postgis is not here$/],
    ["x'; DROP", /^a extension with an unusual name is not here$/],
  ])('extension %s', async (name, because) => {
    expectUnproven(await drillOf(parts.dump, extension(name)), because, 'Platform');
  });

  test('an extension that is here and not trusted: nobody makes it', async () => {
    // As if a wheel had brought one: the server of this scene lies in a folder of ours.
    const { writeFileSync } = await import('node:fs');
    const place = join(scene.postgres, 'share/extension');
    writeFileSync(join(place, 'alien.control'), "default_version = '1'\n", { mode: 0o644 });
    writeFileSync(join(place, 'alien--1.sql'), 'SELECT 1;\n', { mode: 0o644 });

    expectUnproven(
      await drillOf(parts.dump, extension('alien')),
      /^extension alien is not one that PostgreSQL trusts/,
      'Platform',
    );
  });

  test('a function that lies elsewhere', async () => {
    const dump = await forger.dumpAfter('galaxy_billing', [
      'CREATE FUNCTION public.elsewhere(int) RETURNS int IMMUTABLE LANGUAGE sql AS $$SELECT $1$$',
      'CREATE INDEX far ON empty (public.elsewhere(id))',
    ]);

    expectUnproven(await drillOf(dump), /^something in the dump needs what is not in it \(42883\)$/, 'Squad');
  });

  test('a role that is in no manifest', async () => {
    expectUnproven(
      await drillOf(await forger.dumpAfter('galaxy_billing', ['CREATE POLICY other ON secret TO galaxy_ledger_app']), {
        roles: [],
      }),
      /^something in the dump needs what is not in it \(42704\)$/,
      'Squad',
    );
  });

  test('an encoding that is none', async () => {
    expectUnproven(await drillOf(parts.dump, { encoding: 'KLINGON' }), /names an encoding that is none$/, 'Platform');
  });
});
