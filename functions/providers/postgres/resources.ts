import type { Observed } from '../../objects/resource.ts';
import { conditionOf } from '../../objects/resource.ts';
import type { Composed } from '../../waiting/composed.ts';
import type { Component } from '../provider.ts';
import { backupJob } from './backup-job.ts';
import { leavingBackups, leavingDrills } from './backup-leaving.ts';
import { allDatabases } from './databases.ts';
import { drillJob } from './drill-job.ts';
import { lacksMembership } from './errors.ts';
import { loginResources } from './login-resources.ts';
import { postgresNames } from './names.ts';
import { ownerships } from './ownership.ts';
import { grantOf, keep, rolesOf } from './roles.ts';
import type { PostgresService, PostgresZone } from './settings.ts';

/**
 * Nobody decides about the tables of tomorrow of a role whom he may not become. PostgreSQL's createrole_self_grant
 * arranges that for new roles; where it was not set, the first such failure adds the membership. Any other failure, as
 * of a server that is away, is no reason for one more right.
 */
const needsMembership = (observed: Record<string, Observed>): boolean =>
  observed['admin-in-owner'] !== undefined ||
  ['schema', 'writer-tables', 'writer-sequences'].some((name) => {
    const resource = observed[name];
    return resource !== undefined && lacksMembership.test(conditionOf(resource.object, 'Synced')?.message ?? '');
  });

/** The managed resources of one Service on a server, by local name: its roles, its databases and what backs them up. */
export const resources = (component: Component<PostgresZone, PostgresService>): Record<string, Composed> => {
  const { squad, service, platform, settings, observed } = component;
  const { backups } = platform;
  const names = postgresNames(squad.name, service);
  const ownershipOf = ownerships(component, observed).role;
  const roles = rolesOf(component, ownershipOf, settings.onRemoval === 'Delete' ? ['*'] : keep);
  const { group } = roles;
  const grant = grantOf(component);

  return {
    owner: group(names.owner, 'owner'),
    writer: group(names.writer, 'writer'),
    ...(settings.readers && { reader: group(names.reader, 'reader') }),
    ...loginResources(component, { usual: roles, kept: rolesOf(component, ownershipOf, keep) }, grant),
    ...(backups !== undefined && { backup: roles.backup(names.backup, 'backup') }),
    ...allDatabases(component),
    ...(backups === undefined ? leavingBackups(observed) : backupJob(component, backups)),
    ...(backups !== undefined &&
      (backups.drill === undefined ? leavingDrills(observed) : drillJob(component, backups))),
    ...(needsMembership(observed) && {
      'admin-in-owner': {
        object: grant({ role: platform.adminRole, memberOf: names.owner, withInherit: true }),
        after: ['owner'],
      },
    }),
  };
};
