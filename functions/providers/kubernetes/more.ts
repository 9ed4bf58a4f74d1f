import { isSame } from '../../objects/same.ts';
import type { Component, More } from '../provider.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';
import { quotaOf, sizeNames, sizeOf } from './sizes.ts';

/**
 * A larger namespace than the one that is there, as its quota tells. A quota of no size is one that the platform has
 * changed since, and that is not the squad's doing.
 */
export const more = ({
  zone,
  platform,
  settings,
  observed,
}: Component<KubernetesZone, KubernetesService>): More | undefined => {
  const { manifest } = (observed.quota?.object.spec?.forProvider ?? {}) as { manifest?: { spec?: { hard?: unknown } } };
  const was = sizeNames.findIndex((name) =>
    isSame(manifest?.spec?.hard, quotaOf(sizeOf(name, zone.environment, platform))),
  );
  if (was < 0 || sizeNames.indexOf(settings.size) <= was) return undefined;

  return { what: `size ${settings.size} instead of ${sizeNames[was]}`, path: ['kubernetes', 'size'] };
};
