import { expect, test } from 'vitest';
import { knownErrors } from '../../../../functions/providers/postgres/errors.ts';

const known = (message: string) => knownErrors.find(({ match }) => match.test(message));

test.each([
  'cannot connect: open /squadkit/postgres/ca.crt: no such file or directory',
  'create failed: cannot create role: open /squadkit/postgres/ca.crt: permission denied',
  'pq: couldn\'t parse sslrootcert "/squadkit/postgres/ca.crt": no such file or directory',
])('without its authorities provider-sql is the move of the platform: %s', (message) => {
  expect(known(message)).toMatchObject({
    actor: 'Platform',
    next: expect.stringContaining('squadkit-postgres-authorities'),
  });
});

test.each([
  'x509: certificate signed by unknown authority',
  'x509: certificate is valid for a.example.org, not spike.example.org',
  "pq: couldn't parse pem in sslrootcert",
])('what is wrong with a certificate is said as before: %s', (message) => {
  expect(known(message)).toMatchObject({ actor: 'Platform', next: expect.stringContaining('PGSSLROOTCERT') });
});
