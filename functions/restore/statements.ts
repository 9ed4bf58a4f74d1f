import { Failed } from '../retrieve/failure.ts';

const unknown = (): Failed =>
  new Failed('damaged', 'the rights in the dump are written otherwise than pg_dump writes them');

/** One text or name in quotes, from its first quote on. A text after E may have a quote behind a backslash. */
const quoted = { name: /"(?:[^"]|"")*"/y, text: /'(?:[^']|'')*'/y, escaped: /[eE]'(?:[^'\\]|\\[\s\S]|'')*'/y };
/** What says nothing: a comment to the end of its line, and a word to psql. */
const silent = /(?:--|\\)[^\n]*/y;
/** What begins a text in dollars, or a comment in parts, which rights have not, or a text that has no end. */
const strange = /[$]|[/][*]|[eE]'/y;
const plain = /\w+|\s+|[\s\S]/y;

/**
 * Takes apart what pg_restore writes of rights: statements, without comments and words to psql.
 *
 * @throws Failed if something is in it that does not belong to rights
 */
export const statementsIn = (written: string): string[] => {
  const statements: string[] = [];
  let [at, statement] = [0, ''];
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const [taken] = pattern.exec(written) ?? [];
    at += taken?.length ?? 0;

    return taken;
  };
  while (at < written.length) {
    if (take(silent) !== undefined) continue;
    const text = take(quoted.escaped) ?? take(quoted.name) ?? take(quoted.text);
    if (text === undefined && take(strange) !== undefined) throw unknown();
    const taken = text ?? (take(plain) as string);
    // One that has no end.
    if (taken === '"' || taken === "'") throw unknown();
    if (taken !== ';') statement += taken;
    else {
      statements.push(statement.trim());
      statement = '';
    }
  }
  if (statement.trim() !== '') throw unknown();

  return statements.filter((each) => each !== '');
};

/** What pg_restore writes before and between rights: how it reads them, and as whom, which here is always the owner. */
const around = /^(SET |RESET SESSION AUTHORIZATION$|SELECT pg_catalog[.]set_config\('search_path', '', false\)$)/;

/** Those of statements that give or take rights. @throws Failed if one does something else */
export const rightsIn = (text: string): string[] => {
  const statements = statementsIn(text).filter((statement) => !around.test(statement));
  if (statements.some((statement) => !/^(GRANT|REVOKE|ALTER DEFAULT PRIVILEGES) /.test(statement))) throw unknown();

  return statements;
};

/** In which encoding the text of a dump is written. @throws Failed if it does not say */
export const encodingOf = (text: string): string => {
  const [, encoding] = /^SET client_encoding = '(\w+)';$/m.exec(text) ?? [];
  if (encoding === undefined) throw unknown();

  return encoding;
};
