import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { refusalReasons } from '../../../functions/round/refusal.ts';
import {
  argumentsIn,
  comparable,
  examplesName,
  namedIn,
  type Recording,
  type Run,
  recordingsOf,
} from '../../recorded/command-line/recording.ts';
import { build, type Files } from '../../recorded/command-line/tree.ts';
import { releases } from '../../recorded/recording.ts';
import { temporaryDirectory } from '../../support/folder.ts';
import { squadkit } from '../../support/squadkit.ts';

/** An entry of differences.yaml about the command line. */
interface Listed {
  release: string;
  command: string;
  was: string;
  is: string;
  reason: string;
}

/** An entry about text that may differ. */
interface Except {
  release: string;
  command: string;
  except: string;
  reason: string;
}

/** An entry about a tree that every command refuses today with words that it did not say. */
interface Refused {
  release: string;
  tree: string;
  refused: string;
  reason: string;
}

const recorded = resolve(import.meta.dirname, '../../recorded');
const differences = parse(readFileSync(join(recorded, 'differences.yaml'), 'utf8')) as Partial<
  Listed & Refused & Except
>[];
const listed = differences.filter((entry): entry is Listed & Partial<Refused> => entry.was !== undefined);
const exceptions = differences.filter(
  (entry): entry is Except & Partial<Listed & Refused> => entry.except !== undefined,
);
/** Commands whose answer is not compared, because something else compares what is in it. */
const uncompared = differences.filter(
  ({ command, was, except }) => command !== undefined && was === undefined && except === undefined,
) as Listed[];
const refused = differences.filter((entry): entry is Refused & Partial<Listed> => entry.refused !== undefined);
/** Entries about trees of which every plan against a base says something more today. */
const more = differences.filter((entry): entry is { release: string; tree: string; says: string; reason: string } =>
  Object.hasOwn(entry, 'says'),
);
const all = releases()
  .filter((release) => existsSync(join(recorded, release, 'command-line')))
  .map((release) => ({ release, recordings: recordingsOf(release) }));

const isAbout = ({ command }: { command: string }, { args }: Run): boolean => args.join(' ').startsWith(command);

/** What a release said, as it would say it with what was changed on purpose since. */
const wanted = (release: string, run: Run): string =>
  listed
    .filter((entry) => entry.release === release && isAbout(entry, run))
    .reduce((text, { was, is }) => text.replaceAll(was, () => is), withoutExceptions(release, run, comparable(run)));

/** What is said, without what may differ. */
const withoutExceptions = (release: string, run: Run, text: string): string =>
  exceptions
    .filter((entry) => entry.release === release && isAbout(entry, run))
    .reduce((rest, { except }) => rest.replaceAll(new RegExp(except, 'g'), ''), text);

const said = async (folder: string, { args }: Run): Promise<string> => {
  const { status, out, error } = await squadkit(argumentsIn(folder, args));

  return comparable({ status, out: namedIn(folder, out), error: namedIn(folder, error) });
};

/** The commands that said something that may differ. */
const excepted = new Set<string>();

const asTheyWere = (files: Files): Files => files;
/**
 * The Zones of the examples of v0.1.0 named one server and one cluster, which the hub has refused since, and the plan too
 * (test/unit/plan/servers.test.ts): here each has its own, as in the examples of today.
 */
const ownServers = (files: Files): Files => {
  const own = (line: string): string => line.replace(/name: (spike-admin|aqua-kubeconfig)/, 'name: meadow-$1');

  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [
      path,
      path.endsWith('zones/meadow.yaml') && Array.isArray(content) ? content.map(own) : content,
    ]),
  );
};

describe.each(all)('what the command line of $release said', ({ release, recordings }) => {
  const examples = recordings[examplesName] as Recording;

  test.each(Object.entries(recordings))('%s: is said today', async (name, recording) => {
    const folder = mkdtempSync(join(temporaryDirectory(), 'both-'));
    const files = refused.some((entry) => entry.release === release && entry.tree === name) ? asTheyWere : ownServers;
    build(
      folder,
      {
        ...recording,
        files: files(recording.files),
        ...(typeof recording.base === 'object' && { base: files(recording.base) }),
      },
      name === examplesName ? {} : files(examples.files),
    );

    const now = refused.find((entry) => entry.release === release && entry.tree === name);
    const also = more.find((entry) => entry.release === release && entry.tree === name);
    for (const run of recording.runs.filter((one) => !uncompared.some((entry) => isAbout(entry, one)))) {
      const text = await said(folder, run);
      if (also !== undefined && run.args.includes('--base')) {
        expect(text).toContain(also.says);
        continue;
      }
      const kept = withoutExceptions(release, run, text);
      if (kept !== text) excepted.add(run.args.join(' '));
      // Who owns which file is asked of the tree as it is.
      const isAsked = now !== undefined && !(run.args[0] === 'codeowners' && text.startsWith('exit 0'));
      if (!isAsked) expect(kept, `squadkit ${run.args.join(' ')}`).toBe(wanted(release, run));
      else expect([text.slice(0, 6), text]).toEqual(['exit 1', expect.stringContaining(now.refused)]);
    }
  });

  test('is about every reason for a refusal that a tree can have', () => {
    const text = Object.values(recordings)
      .flatMap(({ runs }) => runs.map(({ out }) => out))
      .join();
    const unseen = refusalReasons.filter((reason) => !text.includes(`"reason": "${reason}"`));

    // These are about what is found on servers and clusters, and about who came first there.
    expect(unseen).toEqual([
      'SquadNotAccepted',
      'Reserving',
      'NameTaken',
      'NameUsedBefore',
      'DataGone',
      'ServerTaken',
      'ServerNotPrepared',
      'HubNotNamed',
      'NamespaceDeleted',
    ]);
  });
});

test('what is listed as different is different, and has a reason', () => {
  const runs = all.flatMap(({ release, recordings }) =>
    Object.values(recordings).flatMap((recording) => recording.runs.map((run) => ({ release, run }))),
  );
  const trees = all.flatMap(({ release, recordings }) =>
    Object.entries(recordings).flatMap(([tree, recording]) => recording.runs.map((run) => ({ release, tree, run }))),
  );
  const stale = listed.filter(
    (entry) =>
      !entry.reason ||
      !runs.some(
        ({ release, run }) => release === entry.release && isAbout(entry, run) && comparable(run).includes(entry.was),
      ),
  );

  const staleTrees = refused.filter(
    (entry) =>
      !entry.reason ||
      !trees.some(
        ({ release, tree, run }) =>
          release === entry.release && tree === entry.tree && !comparable(run).includes(entry.refused),
      ),
  );

  const unknown = uncompared.filter((entry) => !entry.reason || !runs.some(({ run }) => isAbout(entry, run)));

  expect([...stale, ...unknown]).toEqual([]);
  const staleMore = more.filter(
    ({ release, tree, says, reason }) =>
      !reason ||
      !trees.some((found) => found.release === release && found.tree === tree && !comparable(found.run).includes(says)),
  );

  expect(staleTrees).toEqual([]);
  expect(staleMore).toEqual([]);
  expect(exceptions.filter((entry) => ![...excepted].some((command) => command.startsWith(entry.command)))).toEqual([]);
});

test('only lines, columns, the files of our own sources and the version may differ', () => {
  const one = comparable({
    status: 1,
    out: '  "squadkit": "0.1.0",\n<sub>By Squadkit 0.1.0.</sub>\n"line": 3,\n"column": 4\nadmit in functions/service/admit.ts\n',
    error: 'tree/a.yaml:6:13: zone frontier has no component aqau\nalso in tree/b.json:1: keep one\n',
  });

  expect(one).toBe(
    'exit 1\n  "squadkit": _,\n<sub>By Squadkit _.</sub>\n"line": _,\n"column": _\nadmit in <source>\n\nto stderr:\n' +
      'tree/a.yaml:_:_: zone frontier has no component aqau\nalso in tree/b.json:_: keep one\n',
  );
});
