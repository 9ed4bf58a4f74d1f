import type { Component } from '../provider.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';

/** What of the settings the platform allows now: no way out that the zone does not have any more. */
export const narrow = ({ platform, settings }: Component<KubernetesZone, KubernetesService>): KubernetesService => ({
  ...settings,
  egress: settings.egress.filter((name) => Object.hasOwn(platform.egress, name)),
});
