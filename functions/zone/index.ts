import type { Answer } from '../answer.ts';
import { actionNeeded, type Condition } from '../condition.ts';
import { gate } from '../gate.ts';
import { defineKind } from '../kind.ts';
import { providerConfigName } from '../names.ts';
import { pause, rest } from '../pace.ts';
import { clusterUsage } from '../protection.ts';
import { providerOf } from '../providers/index.ts';
import { Refusal } from '../refusal.ts';
import type { Request } from '../request.ts';
import { type Composed, isReady, type KubernetesObject, whenObserved } from '../resource.ts';
import { listed, usersOfComponent, usersOfZone } from '../service/usage.ts';
import { readZone, type Zone } from './read.ts';

/** One ClusterProviderConfig per component, by component name. */
const providerConfigs = (zone: Zone): Record<string, Composed> =>
  Object.fromEntries(
    zone.components.map(({ name, provider, settings }) => [
      name,
      {
        object: {
          ...providerOf(provider).configure(settings),
          metadata: {
            name: providerConfigName(zone.name, name),
            labels: {
              'squadkit.io/zone': zone.name,
              'squadkit.io/component': name,
              'squadkit.io/environment': zone.environment,
            },
          },
        },
        ready: whenObserved,
      },
    ]),
  );

/**
 * An open zone cannot be deleted, because a Service may come at any moment; a closed one cannot while it is used. So
 * nothing slips in between the last look and the deletion.
 */
const protection = (zone: Zone, services: KubernetesObject[]): Record<string, Composed> => {
  const users = usersOfZone(services, zone.name);
  if (zone.lifecycle === 'Closed' && users.length === 0) return {};

  const reason =
    users.length > 0
      ? `zone ${zone.name} is used by ${listed(users)}: remove them from the zone first`
      : `zone ${zone.name} is open: set spec.lifecycle to Closed, then delete it`;

  return {
    protection: {
      object: clusterUsage(
        `squadkit.zone.${zone.name}`,
        { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', name: zone.name },
        reason,
      ),
      ready: isReady,
    },
  };
};

/**
 * A component that Services use stays registered: without its provider config nothing of theirs could even be removed.
 *
 * @throws Refusal naming the component and who uses it.
 */
const keepUsedComponents = (zone: Zone, observed: Request['observed'], services: KubernetesObject[]): void => {
  for (const name of Object.keys(observed)) {
    const component = name.startsWith('component.') ? name.slice('component.'.length) : undefined;
    if (component === undefined || zone.components.some((registered) => registered.name === component)) continue;

    const users = usersOfComponent(services, zone.name, component);
    if (users.length === 0) continue;

    throw new Refusal({
      reason: 'ComponentInUse',
      actor: 'Platform',
      what: `component ${component} of zone ${zone.name} is used by ${listed(users)}`,
      next: 'put it back, or remove it from these Services first',
    });
  }
};

const composeZone = (zone: Zone, { composite, observed, required }: Request, now: number): Answer => {
  const services = required.services ?? [];
  const users = usersOfZone(services, zone.name);
  keepUsedComponents(zone, observed, services);
  const gated = gate({ ...prefixed('component', providerConfigs(zone)), ...protection(zone, services) }, observed);
  const ready = Object.values(gated.resources).every((resource) => resource.ready);
  const accepted: Condition = {
    type: 'Accepted',
    status: 'True',
    reason: 'Accepted',
    message:
      zone.lifecycle === 'Open'
        ? `Zone ${zone.name} takes Services of its squads.`
        : `Zone ${zone.name} is closed: ${users.length > 0 ? `still used by ${listed(users)}` : 'nobody uses it, it can be deleted'}.`,
  };

  return {
    resources: gated.resources,
    conditions: [accepted, actionNeeded('Nobody', ready ? 'It works.' : 'Wait: it is being set up.')],
    status: {
      services: users.length,
      components: zone.components.map(({ name, provider }) => ({ name, provider })),
    },
    ready,
    // Services come and go without an event for the zone: look often while that decides about its deletion.
    ttl: ready ? (zone.lifecycle === 'Closed' ? 10 : rest(composite)) : pause(composite, observed, now),
  };
};

const prefixed = (prefix: string, resources: Record<string, Composed>): Record<string, Composed> =>
  Object.fromEntries(Object.entries(resources).map(([name, composed]) => [`${prefix}.${name}`, composed]));

/** What the platform registers: becomes a provider config per component, and is protected while it is used. */
export const zoneKind = defineKind({
  kind: 'Zone',
  read: ({ composite }) => readZone(composite),
  requires: () => ({
    services: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Service', matchLabels: { labels: {} } },
  }),
  compose: composeZone,
  keeps: [],
});
