import { describe, expect, test } from 'vitest';
import { encodingOf, rightsIn, statementsIn } from '../../../functions/restore/statements.ts';
import { Failed } from '../../../functions/retrieve/failure.ts';

/** As pg_restore 18 writes them. */
const written = String.raw`--
-- PostgreSQL database dump
--

\restrict 4hSx0

SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Name: TABLE "a; -- b"; Type: ACL; Schema: app; Owner: galaxy_billing_owner
--

REVOKE ALL ON TABLE app."a; -- b" FROM galaxy_billing_owner;
SET SESSION AUTHORIZATION galaxy_billing_app;
GRANT SELECT ON TABLE app."a; -- b" TO "it's; ""GRANT""
\x";
RESET SESSION AUTHORIZATION;
ALTER DEFAULT PRIVILEGES FOR ROLE galaxy_billing_owner IN SCHEMA app GRANT SELECT ON TABLES TO galaxy_billing_backup;


\unrestrict 4hSx0
`;

test('rights are what begins so, whatever names there are in it', () => {
  expect(rightsIn(written)).toEqual([
    'REVOKE ALL ON TABLE app."a; -- b" FROM galaxy_billing_owner',
    'GRANT SELECT ON TABLE app."a; -- b" TO "it\'s; ""GRANT""\n\\x"',
    'ALTER DEFAULT PRIVILEGES FOR ROLE galaxy_billing_owner IN SCHEMA app GRANT SELECT ON TABLES TO galaxy_billing_backup',
  ]);
});

test.each([
  ["SELECT 'a;b', E'it\\'s; x', 'it''s;';", ["SELECT 'a;b', E'it\\'s; x', 'it''s;'"]],
  ['GRANT x;;GRANT y;', ['GRANT x', 'GRANT y']],
  ['GRANT -- to; nobody\n x;', ['GRANT \n x']],
  ['', []],
])('%j has the statements %j', (text, statements) => {
  expect(statementsIn(text)).toEqual(statements);
});

describe('nothing is done of what does not belong to rights', () => {
  test.each([
    'GRANT x',
    'GRANT "x;',
    "GRANT 'x;",
    "GRANT E'x\\';",
    'GRANT $$x$$;',
    'GRANT /* x */ y;',
    'DROP TABLE x;',
    'SELECT 1;',
    "SELECT pg_catalog.set_config('search_path', '', false), f();",
    'GRANT x; COPY x FROM PROGRAM y;',
    'grant x;',
    'GRANTED x;',
  ])('%s', (text) => {
    expect(() => rightsIn(text)).toThrow(Failed);
  });
});

test('the encoding of a dump is what it says itself, or it is none', () => {
  expect(encodingOf(written)).toBe('UTF8');
  expect(() => encodingOf('SET client_encoding = x;')).toThrow(Failed);
});
