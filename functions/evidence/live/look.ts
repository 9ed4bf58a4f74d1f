import { differences } from '../../objects/difference.ts';
import { failureOf } from '../../objects/failure.ts';
import { isMapping } from '../../objects/record.ts';
import { conditionOf, type KubernetesObject, type ObservedCondition, specOf } from '../../objects/resource.ts';
import { serviceSpec } from '../../service/schema.ts';
import type { World } from '../../tree/world.ts';
import { masked } from '../../words/masked.ts';
import { policies } from '../register/policies.ts';
import type { Live, Subject, Verdict } from '../subject.ts';
import { backupsOn } from './backups.ts';
import { deviations } from './compare.ts';
import type { Hub } from './hub.ts';
import { inForceOn } from './in-force.ts';
import { policyProblems } from './policy.ts';
import { isServerMade } from './server-made.ts';
import { sessionsVerdicts } from './sessions.ts';
import { type Wanted, wantedBy } from './wanted.ts';

const holds = (because: string[]): Verdict => ({ verdict: 'holds', because });
const fails = (because: string[]): Verdict => ({ verdict: 'does not hold', because });
const hidden = (because: string[]): Verdict => ({ verdict: 'cannot be seen from here', because });

/** The worst of several says what the whole is; what is hidden does not make up for what fails. */
const together = (verdicts: Verdict[]): Verdict => {
  const of = (verdict: Verdict['verdict']) => verdicts.filter((found) => found.verdict === verdict);
  const [failing, unseen] = [of('does not hold'), of('cannot be seen from here')];
  const because = (found: Verdict[]) => [...new Set(found.flatMap((verdict) => verdict.because))];
  if (failing.length > 0) return fails(because(failing));
  if (unseen.length > 0) return hidden(because(unseen));

  return holds(because(verdicts));
};

/**
 * Looks at a hub, once, at everything that the guard rails of a Service depend on. `now` is when.
 *
 * @throws Unplannable if the hub cannot be reached
 */
export const lookAt = async (hub: Hub, subject: Subject, world: World, now: Date): Promise<Live> => {
  const { evidence, document } = subject;
  const found = await hub.get({
    apiVersion: document.object.apiVersion,
    kind: 'Service',
    name: document.object.metadata?.name ?? '',
    namespace: evidence.squad,
  });
  const service = 'object' in found ? found.object : undefined;
  const accepted =
    'object' in found ? serviceVerdict(found.object, document.object) : absent('the Service', found.missing);
  const inForce = inForceOn(service, subject, world);
  const wanted = wantedBy(inForce, world, service);
  const seen = new Map<string, Promise<Verdict>>();
  const verdictOf = (object: Wanted): Promise<Verdict> => {
    const key = JSON.stringify(object.object);
    const known = seen.get(key) ?? look(hub, object);
    seen.set(key, known);
    return known;
  };
  const verdicts = await Promise.all(
    evidence.guardRails.map(async (guardRail): Promise<[string, Verdict]> => {
      const { look: how } = guardRail;
      if (how.at === 'nowhere') return [guardRail.id, hidden(['it does not lie on the hub'])];
      if (how.at === 'service') return [guardRail.id, accepted];
      if (how.at === 'sessions') return [guardRail.id, together(await sessionsVerdicts(hub, subject, now))];
      if (how.at === 'policies') {
        return [guardRail.id, together(await Promise.all(how.names.map((name) => policyVerdict(hub, name))))];
      }
      return [guardRail.id, together(await Promise.all(wanted(guardRail).map(verdictOf)))];
    }),
  );

  return {
    server: hub.server,
    context: hub.context,
    time: now.toISOString().replace(/\.\d+Z$/, 'Z'),
    service: service && { generation: service.metadata?.generation ?? 0, conditions: conditionsOf(service) },
    problems: accepted.verdict === 'holds' ? [] : accepted.because,
    backups: backupsOn(service, inForce),
    verdicts: Object.fromEntries(verdicts),
  };
};

const conditionsOf = ({ status }: KubernetesObject) =>
  (Array.isArray(status?.conditions) ? (status.conditions as ObservedCondition[]) : []).map(
    ({ type, status: is, reason = '', message = '' }) => ({ type, status: is, reason, message: masked(message) }),
  );

const absent = (what: string, missing: 'not there' | 'not allowed' | 'unknown kind'): Verdict => {
  if (missing === 'not allowed') return hidden([`you may not read ${what}`]);
  return fails([missing === 'not there' ? `${what} is not there` : `${what} is of a kind that the hub does not know`]);
};

/** Accepted as it is, and the same as in Git. */
const serviceVerdict = (found: KubernetesObject, inGit: KubernetesObject): Verdict => {
  const [there, here] = [found, inGit].map(contentOf);
  const paths = differences(here, there).map(({ path }) => `\`spec.${path}\``);
  const accepted = conditionOf(found, 'Accepted');
  const problems = [
    ...(paths.length > 0 ? [`the Service on the hub is not what this tree says: ${paths.join(', ')} differ`] : []),
    ...(accepted?.status === 'True'
      ? []
      : [`the Service is not accepted: ${masked(accepted?.message ?? 'nobody has looked at it')}`]),
    ...stateProblems('the Service', found, ['Synced']),
  ];

  return problems.length > 0 ? fails(problems) : holds(['the Service is accepted as it is']);
};

/** The content without what Crossplane keeps there, and with all defaults. */
const contentOf = (object: KubernetesObject): unknown => {
  const ours = specOf(object);
  const parsed = serviceSpec.safeParse(ours);
  return parsed.success ? parsed.data : ours;
};

const paused = 'crossplane.io/paused';

/** What is wrong with the state of an object that somebody keeps true: that nobody does, or that it did not work. */
const stateProblems = (what: string, object: KubernetesObject, types: string[]): string[] => {
  const { generation = 0, annotations, deletionTimestamp } = object.metadata ?? {};
  const conditions = types.flatMap((type) => conditionOf(object, type) ?? []);
  const isOld = conditions.some(({ observedGeneration = generation }) => observedGeneration < generation);

  return [
    ...(deletionTimestamp === undefined ? [] : [`${what} is being deleted`]),
    ...(annotations?.[paused] === 'true' ? [`${what} is paused: nobody keeps it true`] : []),
    ...conditions
      .filter(({ status }) => status !== 'True')
      .map(({ type, reason }) => `${what} has ${type}=False${reason === undefined ? '' : ` (${reason})`}`),
    ...(conditions.length < types.length
      ? [`${what} has no ${types.filter((type) => !conditionOf(object, type)).join(' and ')} yet`]
      : []),
    ...(isOld ? [`${what} was changed a moment ago, and nobody has looked at it since`] : []),
  ];
};

const look = async (hub: Hub, wanted: Wanted): Promise<Verdict> => {
  const { what, object } = wanted;
  const { apiVersion, kind, metadata = {} } = object;
  const { name = '', namespace } = metadata;
  const found = await hub.get({ apiVersion, kind, name, namespace });
  if (!('object' in found)) return absent(what, found.missing);

  const isManaged = object.spec?.providerConfigRef !== undefined;
  const problems = [
    ...likeliest(wanted, found.object),
    ...(isManaged ? stateProblems(what, found.object, ['Synced', 'Ready']) : []),
    ...effectProblems(what, found.object),
  ];

  return problems.length > 0 ? fails(problems) : holds([`${what} is as Git wants it${isManaged ? ', and ready' : ''}`]);
};

/**
 * What is wrong with what an object does, whatever its spec says: a thing outside that says of itself that it failed, and a
 * quota that nobody counts (Kubernetes 1.35: a quota refuses by `status.hard`, and lets nothing pass without).
 */
const effectProblems = (what: string, object: KubernetesObject): string[] => {
  const failure = failureOf(object);
  const quotas = [object, (object.status?.atProvider as { manifest?: KubernetesObject } | undefined)?.manifest];

  return [
    ...(failure?.says === 'remote' ? [`${what} says that it failed: ${masked(failure.message).slice(0, 200)}`] : []),
    ...quotas.flatMap((quota) => (quota?.kind === 'ResourceQuota' ? quotaProblems(what, quota, quota === object) : [])),
  ];
};

/** What an Object shows of a quota may be from before it was counted: only what it says otherwise is wrong. */
const quotaProblems = (what: string, { spec, status }: KubernetesObject, isHere: boolean): string[] => {
  const [wanted, counted] = [spec?.hard, status?.hard].map((hard) => (isMapping(hard) ? hard : {}));
  const names = Object.keys(wanted ?? {});
  const missing = names.filter((name) => counted?.[name] === undefined);
  const other = names.filter(
    (name) => !missing.includes(name) && deviations(wanted?.[name], counted?.[name]).length > 0,
  );

  return [
    ...(missing.length > 0 && (isHere || status !== undefined)
      ? [`${what} is not counted: its status says nothing of ${missing.join(', ')}`]
      : []),
    ...(other.length > 0
      ? [`${what} refuses by another number than it says: \`status.hard\` of ${other.join(', ')}`]
      : []),
  ];
};

/** Differences, with the port that makes the fewest of them: only the running server knows which it is. */
const likeliest = ({ what, object, other, withPort, told }: Wanted, found: KubernetesObject): string[] => {
  const ports = withPort === undefined ? [] : [...new Set(numbersIn(found))].map(withPort);
  const candidates = [{ object, other }, ...ports].map((candidate) =>
    differencesOf(what, { ...candidate, told }, found),
  );

  return candidates.reduce((best, candidate) => (candidate.length < best.length ? candidate : best));
};

const numbersIn = (value: unknown): number[] => {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
};

const differencesOf = (
  what: string,
  { object, other, told }: Pick<Wanted, 'object' | 'other' | 'told'>,
  found: KubernetesObject,
): string[] => {
  const outside = told?.outside?.(object, found);
  const otherOutside = told?.outside?.(other, found);
  const paths = deviations(object, found, other, isServerMade(found));
  const outsidePaths =
    outside === undefined
      ? []
      : deviations(
          outside.wanted,
          outside.found,
          otherOutside?.wanted,
          isServerMade(outside.found as KubernetesObject),
        );

  return [
    ...paths.map((path) => `${what} is not as Git wants it: \`${path}\``),
    ...outsidePaths.map((path) => `${what} was last seen otherwise where it lies: \`${path}\``),
  ];
};

const admission = 'admissionregistration.k8s.io/v1';

/** A policy counts if it and its bindings are what this version ships: one that is only there may refuse nothing. */
const policyVerdict = async (hub: Hub, name: string): Promise<Verdict> => {
  const what = `admission policy \`${name}\``;
  const shipped = policies[name];
  if (shipped === undefined) throw new Error(`package/install/hub has no admission policy ${name}`);
  const policy = await hub.get({ apiVersion: admission, kind: 'ValidatingAdmissionPolicy', name });
  if (!('object' in policy)) return absent(what, policy.missing);
  const bindings = await hub.list(admission, 'ValidatingAdmissionPolicyBinding');
  if (bindings === undefined) return hidden([`you may not read the bindings of ${what}`]);
  const problems = policyProblems(what, shipped, policy.object, bindings);

  return problems.length > 0
    ? fails([...problems, 'apply package/install/hub of this version again, by whoever may'])
    : holds([`${what} and its bindings are those of this version`]);
};
