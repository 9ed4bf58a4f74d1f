import type { Observed } from '../../objects/resource.ts';
import { endingBackups, isLoginEnded } from './backup-leaving.ts';
import { connects } from './databases.ts';
import { withoutGeneration } from './generation.ts';
import { isRevocable } from './leaving.ts';

/** What a restore needs only until the database is filled, and what new tables give a login that is let go: it stays on the server. */
const atOnce = ['restore-secret', 'restore-job', 'backup-tables', 'backup-sequences'];

const leaving = [...endingBackups, ...connects];

/**
 * Whether a resource is on its way out, or of a restore that is over: then it holds nothing, and goes also while the document of
 * its Service is refused. Otherwise the platform could not take backups, drills or a database that is not in use away from
 * such a Service, and nothing else of it would be kept up to date.
 */
export const isEnding = (local: string, observed: Observed): boolean => {
  const name = withoutGeneration(local);
  if (atOnce.includes(name)) return true;

  return name === 'backup' ? isLoginEnded(observed) : leaving.includes(name) && isRevocable(observed);
};
