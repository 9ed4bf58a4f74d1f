import { timeOf } from '../../objects/time.ts';
import type { KeptBackups } from '../backup-states.ts';
import { reportLabels, saidOf, whose } from './backup-report.ts';
import { stateOf } from './backup-state.ts';
import { backupsNamespace } from './backups.ts';

/** How what is kept of Services that are gone is backed up: reports that nobody but the pods of these backups writes. */
export const keptBackups: KeptBackups = {
  selector: (squad) => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', namespace: backupsNamespace },
    matchLabels: { labels: reportLabels(squad) },
  }),
  read: (report, now) => {
    const what = whose(report);
    if (what === undefined) return undefined;
    const { service, zone, component } = what;
    const since = timeOf(report.metadata?.creationTimestamp);

    return { service, zone, component, ...stateOf({ ...what, isLeft: true }, saidOf(report), since, now) };
  },
};
