import type { KubernetesObject } from '../../objects/resource.ts';
import { toldOf } from '../../providers/all-told.ts';
import type { LiveBackups, Subject } from '../subject.ts';
import { statusOf } from './component-status.ts';

/**
 * What the status of a Service says of the backups of what is in force, where a Zone has a store. Nothing else is read: of
 * what is on the hub only a status is written by nobody but Crossplane.
 *
 * @param service the Service as it is on the hub; undefined if it is not to be seen
 */
export const backupsOn = (service: KubernetesObject | undefined, { outcome }: Subject): LiveBackups[] =>
  outcome.parts.flatMap(({ component }) => {
    const { store, backupsSaid } = toldOf(component.provider);
    if (backupsSaid === undefined || store?.(component.platform) === undefined) return [];
    const place = { component: component.component, zone: component.zone.name };

    return backupsSaid(component, statusOf(service, place.zone, place.component)).map((said) => ({
      ...place,
      ...said,
    }));
  });
