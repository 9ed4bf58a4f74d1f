import { Refusal } from '../../round/refusal.ts';
import type { Component } from '../provider.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';

/** Throws a Refusal if the namespace may not have these settings, or the squad lacks what the zone asks for. */
export const admit = (
  { squad, service, zone, platform, settings }: Component<KubernetesZone, KubernetesService>,
  where: string,
): void => {
  if (settings.allowFrom.includes(service)) {
    throw new Refusal({
      reason: 'SettingInvalid',
      actor: 'Squad',
      what: `allowFrom names ${service} itself at ${where}`,
      next: 'remove it: pods of one namespace reach each other anyway',
      path: ['kubernetes', 'allowFrom', settings.allowFrom.indexOf(service)],
    });
  }

  const known = Object.keys(platform.egress).sort();
  const unknown = settings.egress.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Refusal({
      reason: 'SettingInvalid',
      actor: 'Squad',
      what: `egress ${unknown} is unknown at ${where}`,
      next:
        known.length > 0
          ? `use only ${known.join(', ')}, or ask the platform to add it to zone ${zone.name}`
          : `remove it: zone ${zone.name} allows none; the platform can add it there`,
      path: ['kubernetes', 'egress', settings.egress.indexOf(unknown)],
    });
  }

  if (platform.deployers === 'group' && squad.deployerGroup === undefined) {
    throw new Refusal({
      reason: 'SettingInvalid',
      actor: 'Platform',
      what: `squad ${squad.name} has no deployerGroup for ${where}`,
      next: `set spec.deployerGroup of squad ${squad.name}: deployments go by group there, not by token`,
      path: ['name'],
    });
  }
};
