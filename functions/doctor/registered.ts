import { providerConfigName } from '../documents/names.ts';
import { isMapping, ownField } from '../objects/record.ts';
import { conditionOf, type KubernetesObject } from '../objects/resource.ts';
import { toldOf } from '../providers/all-told.ts';
import { providerOf } from '../providers/index.ts';
import { unlessRefused } from '../round/refusal.ts';
import { hardOf } from '../squad/quota.ts';
import { readSquadInForce } from '../squad/read.ts';
import { type RegisteredComponent, readZone, type Zone } from '../zone/read.ts';
import { deviationsOf, inWords, titleOf } from './as-shipped.ts';
import { checkBackups } from './backups.ts';
import { absent, type Check, found, hidden, type Move } from './check.ts';
import type { Cluster } from './cluster.ts';
import { pausedIn } from './packages.ts';
import { checkSecret } from './secret.ts';
import { checkSessions } from './sessions.ts';

const squadkit = 'squadkit.io/v1alpha1';

/**
 * What is registered on a hub, and whether it works: Zones with their credentials and janitors, Squads with their quotas.
 * `now` is when.
 */
export const checkRegistered = async (hub: Cluster, now: Date): Promise<Check[]> => {
  const [zones, squads] = await Promise.all(['Zone', 'Squad'].map((kind) => hub.list(squadkit, kind)));
  if (zones === undefined || squads === undefined)
    return [hidden('Zones and Squads', 'you may not read them, or the hub does not know them')];
  const readable = zones.flatMap(
    (object) => unlessRefused(() => readZone({ ...object, apiVersion: squadkit, kind: 'Zone' })) ?? [],
  );

  const isBackedUp = readable.some(({ components }) =>
    components.some(({ provider, settings }) => toldOf(provider).store?.(settings) !== undefined),
  );
  const services = isBackedUp ? await hub.list(squadkit, 'Service') : [];

  return Promise.all([
    ...zones.map((zone) => answered({ ...zone, kind: 'Zone' })),
    ...squads.map((squad) => answered({ ...squad, kind: 'Squad' })),
    ...readable.flatMap((zone) =>
      zone.components.flatMap((component) => [
        credentials(hub, component),
        ...providerConfigs(hub, zone, component),
        ...checkSessions(hub, zone, component, now),
        ...checkBackups(hub, zone, component, services),
      ]),
    ),
    ...squads.map((squad) => quota(hub, squad)),
  ]);
};

/** Whether the function answered: every answer says whether it accepts, and a document without one waits for it. */
const answered = (object: KubernetesObject): Check => {
  const what = titleOf(object);
  const [synced, accepted, action] = ['Synced', 'Accepted', 'ActionNeeded'].map((type) => conditionOf(object, type));
  if (accepted === undefined || synced?.status !== 'True') {
    const said = synced?.message ?? 'Crossplane has not looked at it';

    return found(what, 'wrong', [`the function did not answer: ${said.replaceAll(/\s+/g, ' ').slice(0, 200)}`], {
      actor: 'SRE',
      next: 'kubectl logs --namespace crossplane-system deployment/crossplane',
    });
  }
  const isReady = conditionOf(object, 'Ready')?.status === 'True' && accepted.status === 'True';
  const reason = accepted.status === 'True' ? 'it is not Ready' : (accepted.message ?? 'it is not accepted');

  const move: Move = {
    actor: action?.reason === 'SRE' || action?.reason === 'Nobody' ? action.reason : 'Platform',
    next: action?.message ?? `kubectl describe ${object.kind.toLowerCase()} ${object.metadata?.name}`,
  };
  const wrong = [...pausedIn(object), ...(isReady ? [] : [reason])];
  // What works may ask for something all the same, as what was left with access that has not ended.
  if (wrong.length === 0 && action?.status === 'True')
    return found(what, 'weak', ['it is Ready, and somebody has to act'], move);

  return found(what, 'wrong', wrong, move);
};

/** Whether the Secret that a Zone names has the keys that its provider needs. No value is read. */
const credentials = (hub: Cluster, { provider, settings }: RegisteredComponent): Promise<Check> =>
  checkSecret(hub, toldOf(provider).credentials(settings), 'steps 4 and 5');

/** The ways that a Zone makes to a server, and to wherever else something is made for it. */
const providerConfigs = (
  hub: Cluster,
  zone: Zone,
  { name, provider, settings }: RegisteredComponent,
): Promise<Check>[] => {
  const { configure, configureFurther } = providerOf(provider);
  const own = providerConfigName(zone.name, name);

  return [
    providerConfig(hub, zone, own, configure(settings)),
    ...Object.entries(configureFurther?.(settings) ?? {}).map(([key, wanted]) =>
      providerConfig(hub, zone, `${own}.${key}`, wanted),
    ),
  ];
};

/** Whether such a way is the one that its Zone makes, with verified TLS only. */
const providerConfig = async (hub: Cluster, zone: Zone, name: string, wanted: KubernetesObject): Promise<Check> => {
  const metadata = { name };
  const what = `${wanted.kind} ${metadata.name}`;
  const { apiVersion, kind } = wanted;
  const seen = await hub.get({ apiVersion, kind, ...metadata });
  const move = { actor: 'Platform', next: `look at Zone ${zone.name}, which makes it, and at who changed it` } as const;
  if ('missing' in seen) return absent(what, seen, 'it is not there', move);
  const deviations = deviationsOf({ spec: wanted.spec }, { spec: seen.object.spec }, seen.object);

  return found(what, 'weak', inWords(deviations, 'that the Zone makes'), move);
};

/** Whether the API server counts a squad's Services: until then it refuses every one, and afterwards the limit holds. */
const quota = async (hub: Cluster, squad: KubernetesObject): Promise<Check> => {
  const namespace = squad.metadata?.name ?? '';
  const what = `ResourceQuota ${namespace}/squadkit`;
  const seen = await hub.get({ apiVersion: 'v1', kind: 'ResourceQuota', name: 'squadkit', namespace });
  const move = {
    actor: 'SRE',
    next: 'wait five minutes, then see whether kube-controller-manager runs: it counts what is there',
  } as const;
  if ('missing' in seen) return absent(what, seen, `Squad ${namespace} has no limit`, move);
  const accepted = unlessRefused(() => readSquadInForce({ ...squad, apiVersion: squadkit, kind: 'Squad' }));
  const wanted = accepted && { spec: { hard: hardOf(accepted) } };
  const deviations = wanted ? deviationsOf(wanted, { spec: seen.object.spec }, seen.object) : [];
  if (deviations.length > 0)
    return found(what, 'weak', inWords(deviations, 'that the Squad makes'), {
      actor: 'Platform',
      next: `look at Squad ${namespace}, which makes it, and at who changed it`,
    });
  const hard = seen.object.spec?.hard;
  const used = seen.object.status?.used;
  const uncounted = Object.keys(isMapping(hard) ? hard : {}).filter(
    (key) => !isMapping(used) || ownField(used, key) === undefined,
  );

  return found(
    what,
    'weak',
    uncounted.map((key) => `${key} is not counted`),
    move,
  );
};
