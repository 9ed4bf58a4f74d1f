import type { Observed } from '../../objects/resource.ts';
import type { Composed } from '../../waiting/composed.ts';
import { drillResourceNames } from './backups.ts';
import { leaving } from './leaving.ts';

/** What ends with the backups: what makes them, what it needs for that, and the rights of its login. */
const ending = ['backup-job', 'backup-secret', 'backup-report', 'backup-usage', 'backup-connect'];

/** What goes when the Zone says nothing of backups any more: what proves them too. */
export const leavingBackups = (observed: Record<string, Observed>): Record<string, Composed> =>
  leaving([...drillResourceNames, ...ending], observed);

/** What goes when the Zone says nothing of drills any more. */
export const leavingDrills = (observed: Record<string, Observed>): Record<string, Composed> =>
  leaving(drillResourceNames, observed);
