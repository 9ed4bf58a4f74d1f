import type { Observed } from '../../objects/resource.ts';
import type { Composed } from '../../waiting/composed.ts';
import { drillResourceNames } from './backups.ts';
import { asAsked, leaving } from './leaving.ts';
import { isInForce } from './schema.ts';

/** What ends with the backups: what makes them, what it needs for that, and the rights of its login. */
const ending = ['backup-job', 'backup-secret', 'backup-report', 'backup-usage', 'backup-connect'];

/** What ends when the Zone says nothing of backups any more, by local name: what proves them too. */
export const endingBackups = [...drillResourceNames, ...ending];

/** What goes then, and the login. */
export const leavingBackups = (observed: Record<string, Observed>): Record<string, Composed> => ({
  ...leaving(endingBackups, observed),
  ...leavingLogin(observed.backup),
});

/** Whether the login of backups logs in no more, and the provider knows. */
export const isLoginEnded = (backup: Observed): boolean =>
  (backup.object.spec?.forProvider as { privileges?: { login?: boolean } } | undefined)?.privileges?.login === false &&
  isInForce(backup);

/**
 * The login of backups, which stays as a role (roles.ts says why) and logs in no more before it is let go: whoever has its
 * password would see all rows of whatever he gets into.
 */
const leavingLogin = (backup: Observed | undefined): Record<string, Composed> => {
  if (backup === undefined) return {};
  const { spec } = backup.object;
  const wanted = (spec?.forProvider ?? {}) as { privileges?: { login?: boolean } };
  if (isLoginEnded(backup)) return {};
  const forProvider = { ...wanted, privileges: { ...wanted.privileges, login: false } };

  return { backup: asAsked(backup, { ...spec, forProvider }) };
};

/** What goes when the Zone says nothing of drills any more. */
export const leavingDrills = (observed: Record<string, Observed>): Record<string, Composed> =>
  leaving(drillResourceNames, observed);
