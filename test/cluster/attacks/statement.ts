import type { Attack } from './attack.ts';
import type { Login } from './world.ts';

/** An attempt as SQL: how it reads, the statement, and its SQLSTATE; 42501 is "insufficient privilege". */
export type StatementAttempt = [attempt: string, statement: string, refused?: string];

/** PostgreSQL runs these outside of a transaction only. */
const alone = /^(CREATE|DROP) DATABASE|^ALTER SYSTEM|^CREATE TABLESPACE|^CREATE SUBSCRIPTION/;

/** A transaction that is rolled back does not bring back what these did. */
const lasting = /^SELECT (pg_terminate|pg_cancel|pg_reload|lo_export)|^COPY|replication_slot/;

/** Attempts of one login in its own database, each in a transaction that is rolled back; one after the other. */
export const statements = (actor: string, login: Login, attempts: StatementAttempt[]): Attack[] =>
  attempts.map(([attempt, statement, refused = '42501']) => ({
    actor,
    attempt,
    refused: [refused],
    lasting: alone.test(statement) || lasting.test(statement),
    run: async (world) => {
      const client = await world.client(login);
      if (alone.test(statement)) return client.query(statement);

      try {
        return await client.query(`BEGIN; ${statement}; ROLLBACK`);
      } finally {
        await client.query('ROLLBACK');
      }
    },
  }));
