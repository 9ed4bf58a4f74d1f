import { conditionOf, type KubernetesObject } from '../objects/resource.ts';
import { toldOf } from '../providers/all-told.ts';
import { listed } from '../words/listed.ts';
import type { RegisteredComponent, Zone } from '../zone/read.ts';
import { type Check, found, hidden } from './check.ts';
import type { Cluster } from './cluster.ts';
import { checkSecret } from './secret.ts';

/** More of them do not fit into a line. */
const most = 3;

/** Whether a component's data is backed up, where its Zone registers a store: the Secret, and what each Service says. */
export const checkBackups = (
  hub: Cluster,
  zone: Zone,
  { name, provider, settings }: RegisteredComponent,
  services: KubernetesObject[] | undefined,
): Promise<Check>[] => {
  const secret = toldOf(provider).store?.(settings);
  if (secret === undefined) return [];

  return [
    checkSecret(hub, secret, 'step 5'),
    Promise.resolve(saidOf(`backups on ${zone.name}.${name}`, servicesOn(services, zone.name, name))),
  ];
};

const servicesOn = (
  services: KubernetesObject[] | undefined,
  zone: string,
  component: string,
): KubernetesObject[] | undefined =>
  services?.filter(({ spec }) =>
    ((spec?.zones ?? []) as { name?: unknown; components?: { name?: unknown }[] }[]).some(
      (asked) => asked.name === zone && asked.components?.some((one) => one.name === component),
    ),
  );

const saidOf = (what: string, services: KubernetesObject[] | undefined): Check => {
  if (services === undefined) return hidden(what, 'you may not read Services');
  const failing = services.flatMap((service) => {
    const said = conditionOf(service, 'BackedUp');

    return said?.status === 'False'
      ? [`${service.metadata?.namespace}/${service.metadata?.name} (${said.reason})`]
      : [];
  });

  return found(
    what,
    'weak',
    failing.length === 0
      ? []
      : [`${failing.length} of ${services.length} Services have no backup as they should: ${listed(failing, most)}`],
    {
      actor: 'Platform',
      next: 'kubectl describe sqs of each says in BackedUp why, and in ActionNeeded whose move it is',
    },
  );
};
