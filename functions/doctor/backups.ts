import { conditionOf, isPaused, isTrue, type KubernetesObject } from '../objects/resource.ts';
import { toldOf } from '../providers/all-told.ts';
import { listed } from '../words/listed.ts';
import type { RegisteredComponent, Zone } from '../zone/read.ts';
import { type Check, found, hidden } from './check.ts';
import type { Cluster } from './cluster.ts';
import { checkSecret } from './secret.ts';

/** More of them do not fit into a line. */
const most = 3;

/** Whether a component's data is backed up and proven, where its Zone registers a store: the Secrets, and what each Service says. */
export const checkBackups = (
  hub: Cluster,
  zone: Zone,
  { name, provider, settings }: RegisteredComponent,
  services: KubernetesObject[] | undefined,
): Promise<Check>[] => {
  const told = toldOf(provider);
  const [secret, drill] = [told.store?.(settings), told.drill?.(settings)];
  if (secret === undefined) return [];
  const asked = servicesOn(services, zone.name, name);
  const place = `${zone.name}.${name}`;

  return [
    checkSecret(hub, secret, 'step 5'),
    Promise.resolve(saidOf(`backups on ${place}`, asked)),
    ...(drill === undefined
      ? []
      : [checkSecret(hub, drill, 'step 5'), Promise.resolve(provenOf(`drills on ${place}`, asked, zone.name, name))]),
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
    const why = failingIn(service);

    return why === undefined ? [] : [`${service.metadata?.namespace}/${service.metadata?.name} (${why})`];
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

/** Why a Service is not backed up, or why nobody knows: of a paused one what was said last stays, however long ago that is. */
const failingIn = (service: KubernetesObject): string | undefined => {
  if (isPaused(service)) return 'paused, so nobody looks';
  const said = conditionOf(service, 'BackedUp');
  if (said === undefined) return isTrue(service, 'Ready') ? 'it says nothing of backups' : undefined;

  return said.status === 'False' ? said.reason : undefined;
};

/** What goes wrong of drills, as the status of a component says it. */
const unproven = ['NotProven', 'ProofTooOld'];

const provenOf = (what: string, services: KubernetesObject[] | undefined, zone: string, component: string): Check => {
  if (services === undefined) return hidden(what, 'you may not read Services');
  const failing = services.flatMap(({ metadata, status }) => {
    const zones = (status?.zones ?? []) as {
      name?: unknown;
      components?: { name?: unknown; backup?: { proof?: string } }[];
    }[];
    const { backup } =
      zones.find(({ name }) => name === zone)?.components?.find(({ name }) => name === component) ?? {};

    return unproven.includes(backup?.proof ?? '')
      ? [`${metadata?.namespace}/${metadata?.name} (${backup?.proof})`]
      : [];
  });

  return found(
    what,
    'weak',
    failing.length === 0
      ? []
      : [`backups of ${failing.length} of ${services.length} Services are not proven: ${listed(failing, most)}`],
    {
      actor: 'Platform',
      next: 'kubectl get sqs of each, -o yaml, says in backup.message why, and whose move it is',
    },
  );
};
