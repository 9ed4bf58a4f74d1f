import { quoted } from '../../words/thing.ts';
import type { Component } from '../provider.ts';
import { backupsNamespace } from './backups.ts';
import { databaseOf, generationOf, postgresNames } from './names.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

/**
 * Who makes copies of a database, where they lie, who reads them, who has seen that they can be restored, and which of several
 * databases is in use: what an auditor asks. Empty where Squadkit makes none.
 */
export const backupsTold = (component: Component<PostgresZone, PostgresService>): string[] => {
  const { squad, service, platform, settings } = component;
  const { backups } = platform;
  if (backups === undefined) return [];
  const { store, schedule, retentionDays, recipients, drill } = backups;
  const place = `${store.endpoint}/${store.bucket}`;
  const keys = recipients.map((recipient) => quoted(recipient)).join(', ');
  const { database, backup } = postgresNames(squad.name, service);

  return [
    `by a CronJob of the hub at ${quoted(schedule)} UTC, into ${quoted(place)} (region ${quoted(store.region)}), where each is locked for ${retentionDays} days`,
    `as login ${quoted(backup)}, which reads all rows and writes none; its password lies on the hub in namespace ${quoted(backupsNamespace)}`,
    `sealed before it leaves the pod: whoever has a private key of one of these reads it: ${keys}`,
    drill === undefined
      ? 'nobody proves that it can be restored'
      : `restored and compared each month by a drill on the hub, which has a private key by Secret ${quoted(drill.secretRef.name)}`,
    ...(settings.restore === undefined
      ? []
      : [
          `database ${quoted(databaseOf(squad.name, service, generationOf(settings.restore.at)))}, which began with a backup, is the one in use; ${quoted(database)} is kept as it was then, and is not backed up`,
        ]),
  ];
};
