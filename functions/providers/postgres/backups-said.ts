import * as z from 'zod/mini';
import { asText, isMapping } from '../../objects/record.ts';
import { timeOf } from '../../objects/time.ts';
import { masked } from '../../words/masked.ts';
import { quoted } from '../../words/thing.ts';
import type { Component } from '../provider.ts';
import type { BackupsSaid } from '../told.ts';
import { count, moment } from './backup-report.ts';
import { isOfRestored, lastInWords } from './backup-state.ts';
import { provenInWords } from './drill-state.ts';
import { databaseOf, generationIn, generationOf } from './names.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

const lastSaid = z.object({ lastAt: moment, lastBytes: count, lastRows: count, lastKeptUntil: moment });
const provenSaid = z.object({ provenAt: moment, provenBackup: moment, provenSeconds: count });

const lastIn = (backup: unknown): BackupsSaid['last'] => {
  const { data } = lastSaid.safeParse(backup);

  return data && { at: data.lastAt, bytes: data.lastBytes, rows: data.lastRows, keptUntil: data.lastKeptUntil };
};

const provenIn = (backup: unknown): BackupsSaid['proven'] => {
  const { data } = provenSaid.safeParse(backup);

  return data && { at: data.provenAt, backup: data.provenBackup, seconds: data.provenSeconds };
};

/** When the database in use began with a backup, in milliseconds since 1970; 0 if nobody knows, undefined if it did not. */
const restoredIn = ({ restore }: Record<string, unknown>): number | undefined =>
  isMapping(restore) && restore.state === 'Restored' ? timeOf(asText(restore.restoredAt)) : undefined;

/** What the status says of the database in use. */
const saidOfUsed = (status: Record<string, unknown>): Omit<BackupsSaid, 'of'> => {
  const { backup } = status;
  if (!isMapping(backup))
    return { last: undefined, proven: undefined, words: 'the status says nothing of its backups', details: [] };
  const [last, proven, restored] = [lastIn(backup), provenIn(backup), restoredIn(status)];
  const ownLast = last && isOfRestored(last.at, restored ?? 0) ? last : undefined;
  const ownProven = proven && isOfRestored(proven.backup, restored ?? 0) ? proven : undefined;
  const { proof, message } = backup;
  const isProvenByNobody = proof === 'NobodyProves';
  const isPlain = isProvenByNobody || proof === 'Proven' || proof === 'NotProvenYet';

  return {
    ...{ last: ownLast, proven: ownProven },
    words: `${lastInWords(ownLast)}; ${isProvenByNobody ? 'nobody proves its backups' : provenInWords(ownProven)}`,
    details: [
      ...(isPlain || typeof message !== 'string' ? [] : [masked(message)]),
      ...(restored === 0
        ? ['the status does not say when it began with a backup: this may be of the database that it replaced']
        : []),
      ...(last === ownLast ? [] : [`of the database that it replaced ${lastInWords(last)}`]),
      ...(proven === ownProven ? [] : [`of the database that it replaced ${provenInWords(proven)}`]),
    ],
  };
};

/**
 * What the status of a component says of the backups of its databases: of the one in use, which the status names, and of the
 * one that the document has besides.
 */
export const backupsSaid = (
  { squad, service, settings }: Component<PostgresZone, PostgresService>,
  status: Record<string, unknown>,
): BackupsSaid[] => {
  const first = databaseOf(squad.name, service, undefined);
  const wanted =
    settings.restore === undefined ? first : databaseOf(squad.name, service, generationOf(settings.restore.at));
  const { database } = status;
  const isOurs = typeof database === 'string' && (database === first || generationIn(first, database) !== undefined);
  const used = isOurs ? database : wanted;
  const others = [...new Set([first, wanted])].filter((name) => name !== used);

  return [
    { of: `database ${quoted(used)}`, ...saidOfUsed(status) },
    ...others.map((name) => ({
      ...{ of: `database ${quoted(name)}`, last: undefined, proven: undefined, details: [] },
      words: isOurs ? 'not in use, and not backed up' : 'the status does not say whether it is in use',
    })),
  ];
};
