import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { backups, drill, zonesWithBackups } from '../support/backups.ts';
import { example, exampleRegistry } from '../support/examples.ts';

/** A Service of squad galaxy. */
export const billing = (zones: unknown, more: Record<string, unknown> = {}): KubernetesObject => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: 'billing', namespace: 'galaxy' },
  spec: { zones, ...more },
});

/** A zone of a Service, with components. */
export const in_ = (zone: string, ...components: object[]) => [{ name: zone, components }];
/** A database in a zone of a Service. */
export const spike = { name: 'spike', provider: 'postgres' };
/** A namespace in a zone of a Service. */
export const aqua = { name: 'aqua', provider: 'kubernetes' };

/** The example's platform with another spec of one of its documents. */
export const changed = (
  kind: string,
  name: string,
  change: (spec: Record<string, unknown>) => Record<string, unknown>,
) =>
  exampleRegistry().map((object) =>
    object.kind === kind && object.metadata?.name === name ? { ...object, spec: change(object.spec ?? {}) } : object,
  );

/** Namespace galaxy on the hub. */
export const hubNamespace = (metadata: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'galaxy', ...metadata },
});
/** The example's platform, with squads that have reported which zones they may use. */
const allowing = (...zones: string[]) =>
  exampleRegistry().map((object) => (object.kind === 'Squad' ? { ...object, status: { zones } } : object));

/** The example's platform, in which logins are exchanged. */
export const rotating = changed('Zone', 'frontier', (spec) => ({
  ...spec,
  components: (spec.components as { postgres?: object }[]).map((component) =>
    component.postgres
      ? { ...component, postgres: { ...component.postgres, credentials: { rotateEvery: '90d' } } }
      : component,
  ),
}));

/** Documents that are refused at first sight: with which sentence. */
export const refusedDocuments: { want: string; given: KubernetesObject; registry?: KubernetesObject[] }[] = [
  {
    want: 'SquadNotFound: squad nobody is not registered. Platform: commit a Squad named nobody, or remove this Service.',
    given: { ...billing(in_('frontier', spike)), metadata: { name: 'billing', namespace: 'nobody' } },
  },
  {
    want: 'SquadNotFound: namespace "kube-system" is not the namespace of a squad. Squad: commit the Service to your squad\'s namespace.',
    given: { ...billing(in_('frontier', spike)), metadata: { name: 'billing', namespace: 'kube-system' } },
  },
  {
    want: 'SquadClosed: squad galaxy is closed and takes no new Service. Squad: commit the Service to another squad, or ask the platform to open this one.',
    given: billing(in_('frontier', spike)),
    registry: changed('Squad', 'galaxy', (spec) => ({ ...spec, lifecycle: 'Closed' })),
  },
  {
    want: 'ZoneNotFound: zone prairie is not registered. Squad: ask the platform which zones there are.',
    given: billing(in_('prairie', spike)),
  },
  {
    want: 'ZoneNotFound: zone prairie is not registered. Squad: use one of frontier.',
    given: billing(in_('prairie', spike)),
    registry: exampleRegistry().map((object) =>
      object.kind === 'Squad' ? { ...object, status: { zones: ['frontier'] } } : object,
    ),
  },
  {
    want: 'ZoneNotFound: zone constructor is not registered. Squad: ask the platform which zones there are.',
    given: billing(in_('constructor', spike)),
  },
  {
    want: 'ZoneNotAllowed: squad galaxy may not use zone meadow. Platform: widen zoneSelector of squad galaxy.',
    given: billing(in_('meadow', spike)),
  },
  {
    want: 'ZoneNotAllowed: squad galaxy may not use zone meadow. Platform: widen zoneSelector of squad galaxy; today it allows delta, frontier.',
    given: billing(in_('meadow', spike)),
    registry: allowing('delta', 'frontier'),
  },
  {
    want: 'ZoneNotFound: zone prairie is not registered. Squad: use one of delta, frontier.',
    given: billing(in_('prairie', spike)),
    registry: allowing('delta', 'frontier'),
  },
  {
    want: 'ZoneClosed: zone frontier is closed and takes nothing new. Squad: use another zone, or ask the platform to open this one.',
    given: billing(in_('frontier', spike)),
    registry: changed('Zone', 'frontier', (spec) => ({ ...spec, lifecycle: 'Closed' })),
  },
  {
    want: 'DataClassNotAllowed: zone frontier does not accept restricted data. Squad: use another zone, or a dataClass of public, internal, confidential if that is what the data is.',
    given: billing(in_('frontier', spike), { dataClass: 'restricted' }),
  },
  {
    want: 'DataClassNotAllowed: spike in zone frontier lacks backups kept for 30 days, which restricted data needs. Platform: write it into postgres.guarantees of spike if it is true; until then no restricted data can lie there.',
    given: billing(in_('frontier', spike), { dataClass: 'restricted' }),
    registry: changed('Zone', 'frontier', (spec) => ({ ...spec, dataClasses: ['restricted'] })),
  },
  {
    want: 'DataClassNotAllowed: aqua in zone meadow lacks encryption at rest, which confidential data needs. Platform: write it into kubernetes.guarantees of aqua if it is true; until then no confidential data can lie there.',
    given: {
      ...billing(in_('meadow', aqua), { dataClass: 'confidential' }),
      metadata: { name: 'catalog', namespace: 'quasar' },
    },
    registry: changed('Zone', 'meadow', (spec) => ({ ...spec, dataClasses: ['confidential'] })),
  },
  {
    want: 'DataClassNotAllowed: spike in zone frontier lacks encryption at rest and backups kept for 7 days, which confidential data needs. Squad: use safe, which has it, or another zone.',
    given: billing(in_('frontier', spike), { dataClass: 'confidential' }),
    registry: changed('Zone', 'frontier', (spec) => ({
      ...spec,
      components: (spec.components as { name: string; postgres?: object }[]).flatMap((component) =>
        component.postgres === undefined
          ? [component]
          : [
              { ...component, name: 'safe' },
              { ...component, postgres: { ...component.postgres, guarantees: {} } },
            ],
      ),
    })),
  },
  {
    want: 'ComponentNotFound: zone frontier has no component nile. Squad: use one of spike (postgres), aqua (kubernetes).',
    given: billing(in_('frontier', { name: 'nile', provider: 'postgres' })),
  },
  {
    want: 'ProviderMismatch: component spike of zone frontier is postgres, not kubernetes. Squad: write provider: postgres.',
    given: billing(in_('frontier', { name: 'spike', provider: 'kubernetes' })),
  },
  {
    want: 'ExtensionNotAllowed: extension dblink is not allowed at spike in zone frontier. Squad: use only pg_trgm, pgcrypto.',
    given: billing(in_('frontier', { ...spike, postgres: { extensions: ['pg_trgm', 'dblink'] } })),
  },
  {
    want: 'LimitExceeded: 61 connections are too many at spike in zone frontier. Squad: ask for at most 60.',
    given: billing(in_('frontier', { ...spike, postgres: { connections: 61 } })),
  },
  {
    want: 'LimitExceeded: squad galaxy has 20 of 20 connections left, not 23. Squad: ask for fewer connections, or ask the platform for more.',
    given: billing(in_('frontier', spike)),
    registry: changed('Squad', 'galaxy', (spec) => ({ ...spec, limits: { connections: 20 } })),
  },
  {
    want: 'Reserving: connections of squad galaxy are being reserved. Nobody: wait a moment.',
    given: billing(in_('frontier', spike)),
    registry: [
      ...changed('Squad', 'galaxy', (spec) => ({ ...spec, limits: { connections: 40 } })),
      {
        ...billing(in_('frontier', spike)),
        metadata: { name: 'other', namespace: 'galaxy' },
        status: { conditions: [{ type: 'Accepted', status: 'False', reason: 'ZoneNotAllowed' }] },
      },
    ],
  },
  {
    want: 'SettingInvalid: every: 30d shortens nothing, because the platform rotates no logins at spike in zone frontier. Squad: remove it, or ask the platform for credentials.rotateEvery there.',
    given: billing(in_('frontier', { ...spike, postgres: { rotation: { every: '30d' } } })),
  },
  {
    want: 'SettingInvalid: every: 91d is longer than the platform allows at spike in zone frontier. Squad: ask for at most 90d.',
    given: billing(in_('frontier', { ...spike, postgres: { rotation: { every: '91d' } } })),
    registry: rotating,
  },
  {
    want: 'SettingInvalid: every: 6d is shorter than the 7d for which an old login works on at spike in zone frontier. Squad: ask for at least 7d.',
    given: billing(in_('frontier', { ...spike, postgres: { rotation: { every: '6d' } } })),
    registry: rotating,
  },
  {
    want: 'SettingInvalid: nothing can be restored at spike in zone frontier, because Squadkit makes no backups there. Squad: ask the platform for backups with drill there, or what its own backups hold.',
    given: billing(in_('frontier', { ...spike, postgres: { restore: { at: '2026-01-01T02:15:00Z' } } })),
  },
  {
    want: 'SettingInvalid: nothing can be restored at spike in zone frontier, because nobody there may read the backups. Squad: ask the platform for backups.drill there.',
    given: billing(in_('frontier', { ...spike, postgres: { restore: { at: '2026-01-01T02:15:00Z' } } })),
    registry: [...zonesWithBackups(), ...exampleRegistry().filter(({ kind }) => kind !== 'Zone')],
  },
  {
    want: 'SettingInvalid: restore and onRemoval: Delete exclude each other at spike in zone frontier: what was restored is never deleted. Squad: use onRemoval: Retain.',
    given: billing(
      in_('frontier', { ...spike, postgres: { restore: { at: '2026-01-01T02:15:00Z' }, onRemoval: 'Delete' } }),
    ),
    registry: [...zonesWithBackups({ drill }), ...exampleRegistry().filter(({ kind }) => kind !== 'Zone')],
  },
  {
    want: 'SettingInvalid: onRemoval: Delete is not allowed at spike in zone frontier in production. Squad: use onRemoval: Retain.',
    given: billing(in_('frontier', { ...spike, postgres: { onRemoval: 'Delete' } })),
  },
  {
    want: 'SettingInvalid: allowFrom names billing itself at aqua in zone frontier. Squad: remove it: pods of one namespace reach each other anyway.',
    given: billing(in_('frontier', { ...aqua, kubernetes: { allowFrom: ['shop', 'billing'] } })),
  },
  {
    want: 'SettingInvalid: spec.zones[0].components[0].kubernetes.allowFrom is not valid. Squad: correct it (list each name once).',
    given: billing(in_('frontier', { ...aqua, kubernetes: { allowFrom: ['shop', 'shop'] } })),
  },
  {
    want: 'SettingInvalid: spec.zones[0].components[0].kubernetes.allowFrom[0] is not valid. Squad: correct it (use lower-case letters, digits and hyphens, at most 30, starting with a letter and not ending with a hyphen).',
    given: billing(in_('frontier', { ...aqua, kubernetes: { allowFrom: ['quasar/shop'] } })),
  },
  {
    want: 'SettingInvalid: squad galaxy has no deployerGroup for aqua in zone frontier. Platform: set spec.deployerGroup of squad galaxy: deployments go by group there, not by token.',
    given: billing(in_('frontier', aqua)),
    registry: changed('Zone', 'frontier', (spec) => ({
      ...spec,
      components: (spec.components as { name: string; kubernetes?: object }[]).map((component) => ({
        ...component,
        ...(component.kubernetes && { kubernetes: { ...component.kubernetes, deployers: 'group' } }),
      })),
    })),
  },
  {
    want: 'SettingInvalid: deployerGroup of squad galaxy is also a group of people. Platform: use a group of its own for pipelines: people only look in production.',
    given: billing(in_('frontier', aqua)),
    registry: changed('Squad', 'galaxy', (spec) => ({ ...spec, deployerGroup: 'galaxy' })),
  },
  {
    want: 'SettingInvalid: spec.ownerGroup is not valid. Platform: correct it (a name that begins with system: is a group of Kubernetes, not of the identity provider).',
    given: {
      apiVersion: 'squadkit.io/v1alpha1',
      kind: 'Squad',
      metadata: { name: 'galaxy' },
      spec: { zoneSelector: {}, ownerGroup: 'system:authenticated' },
    },
  },
  {
    want: 'SettingInvalid: spec.zones[0].components[0].provider is not valid. Squad: correct it (it has to be one of postgres, kubernetes).',
    given: billing(in_('frontier', { name: 'spike', provider: 'kafka' })),
  },
  {
    want: 'SettingInvalid: spec is not valid. Squad: correct it ("owner" is no field of this: remove it, or correct the name).',
    given: billing(in_('frontier', spike), { owner: 'quasar' }),
  },
  {
    want: 'SettingInvalid: spike in zone frontier has a block kubernetes but provider postgres. Squad: rename the block to postgres or remove it.',
    given: billing(in_('frontier', { ...spike, kubernetes: { size: 'large' } })),
  },
  {
    want: 'SettingInvalid: spike is listed twice in components of zone frontier. Squad: list each name once.',
    given: billing(in_('frontier', spike, spike)),
  },
  {
    want: 'SettingInvalid: frontier is listed twice in spec.zones. Squad: list each name once.',
    given: billing([...in_('frontier', spike), ...in_('frontier', aqua)]),
  },
  {
    want: 'SettingInvalid: spike in zone frontier and copy in zone frontier are the same postgres. Squad: ask for one of them only.',
    given: billing(in_('frontier', spike, { name: 'copy', provider: 'postgres' })),
    registry: changed('Zone', 'frontier', (spec) => ({
      ...spec,
      components: [
        ...(spec.components as { name: string }[]),
        ...(spec.components as { name: string }[])
          .filter(({ name }) => name === 'spike')
          .map((component) => ({ ...component, name: 'copy' })),
      ],
    })),
  },
  {
    want: 'NameNotAllowed: service name "Billing" is not allowed. Squad: use lower-case letters, digits and hyphens, at most 30, starting with a letter and not ending with a hyphen.',
    given: { ...billing(in_('frontier', spike)), metadata: { name: 'Billing', namespace: 'galaxy' } },
  },
  {
    want: 'NameNotAllowed: squad name "postgres" is not allowed. Platform: use 2 to 20 lower-case letters and digits, starting with a letter; default, pg, postgres and names that begin with kube, crossplane, squadkit, template or public are reserved.',
    given: { apiVersion: 'squadkit.io/v1alpha1', kind: 'Squad', metadata: { name: 'postgres' }, spec: {} },
  },
  {
    want: 'SettingInvalid: backups of spike lie in eu-north-1, and confidential data of zone frontier stays in eu-west-1. Platform: use a store in eu-west-1, or say in its location that it lies there, or take confidential off dataClasses.',
    given: zonesWithBackups({ store: { ...backups.store, region: 'eu-north-1' } }).find(
      ({ metadata }) => metadata?.name === 'frontier',
    ) as KubernetesObject,
  },
  {
    want: 'SettingInvalid: component nile of zone delta has no block postgres. Platform: describe it in a block named postgres.',
    given: {
      apiVersion: 'squadkit.io/v1alpha1',
      kind: 'Zone',
      metadata: { name: 'delta' },
      spec: {
        environment: 'engineering',
        region: 'eu-west-1',
        components: [{ name: 'nile', provider: 'postgres' }],
      },
    },
  },
  {
    want: "NameTaken: namespace galaxy is taken: the hub has one that is not squad galaxy's. Platform: give the squad another name, delete the namespace, or hand it over, by one of emergencyGroups, with kubectl label --overwrite namespace galaxy squadkit.io/squad=galaxy.",
    given: example('Squad', 'galaxy'),
    registry: [hubNamespace({ labels: { 'squadkit.io/squad': 'quasar' } })],
  },
  {
    want: "NameTaken: namespace galaxy is taken: the hub has one that is not squad galaxy's. Platform: give the squad another name, or wait until the namespace is gone if it is being deleted.",
    given: example('Squad', 'galaxy'),
    registry: [
      hubNamespace({
        labels: { 'squadkit.io/squad': 'galaxy' },
        ownerReferences: [{ kind: 'Squad', name: 'galaxy', uid: 'of a squad before', controller: true }],
      }),
    ],
  },
  {
    want: "NameTaken: provider config frontier.spike is taken: the hub has one that is not zone frontier's. Platform: give the zone or the component another name, delete the ClusterProviderConfig, or hand it over by the label squadkit.io/zone: frontier.",
    given: example('Zone', 'frontier'),
    registry: [{ apiVersion: 'v1alpha1', kind: 'ClusterProviderConfig', metadata: { name: 'frontier.spike' } }],
  },
];
