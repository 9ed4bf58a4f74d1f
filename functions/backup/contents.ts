import type { Server } from '../outside/postgres.ts';
import { schema } from '../providers/postgres/names.ts';
import { sequencesText, tablesText, thingsText } from './question.ts';

/** What a table holds: its rows, and a sum over them that does not depend on their order. */
export interface TableFacts {
  rows: number;
  sum: string;
}

/** Where a sequence is. */
export interface SequenceFacts {
  /** The value that it gives next. */
  next: string;
  /** How it goes on; one that begins again at its end may be anywhere. */
  goes: 'up' | 'down' | 'round';
}

/** What is in the schema of a Service, by which a restored one is known to be the same. */
export interface Contents {
  /** By the names of tables. */
  tables: Record<string, TableFacts>;
  /**
   * By the names of sequences. They know no moment: what is dumped after a look may be further, and is not behind unless
   * somebody has set it back in these seconds.
   */
  sequences: Record<string, SequenceFacts>;
  /** Kind and name of all else: `index invoice_pkey`. */
  things: string[];
}

/**
 * Looks at all that there is in the schema of a Service. Rows are hashed as the text that the types' own functions make of
 * them: a cast that a squad has made is not called.
 *
 * @param server a connection with the parameters of question.ts
 * @throws what the driver rejects with
 */
export const contentsOf = async (server: Pick<Server, 'ask'>): Promise<Contents> => {
  const tables: [string, TableFacts][] = [];
  const sequences: [string, SequenceFacts][] = [];
  for (const [name, text] of (await server.ask(tablesText, [schema])) as [string, string][]) {
    const [[rows, sum]] = (await server.ask(text)) as [[string, string]];
    tables.push([name, { rows: Number(rows), sum }]);
  }
  const found = (await server.ask(sequencesText, [schema])) as [string, boolean, boolean, string][];
  for (const [name, isRising, isRound, text] of found) {
    const [[next]] = (await server.ask(text)) as [[string]];
    const way = isRising ? 'up' : 'down';
    sequences.push([name, { next, goes: isRound ? 'round' : way }]);
  }
  const things = (await server.ask(thingsText, [schema])) as [string][];

  return {
    ...{ tables: Object.fromEntries(tables), sequences: Object.fromEntries(sequences) },
    things: things.map(([thing]) => thing),
  };
};

/** All rows together. */
export const rowsOf = ({ tables }: Contents): number => Object.values(tables).reduce((sum, { rows }) => sum + rows, 0);
