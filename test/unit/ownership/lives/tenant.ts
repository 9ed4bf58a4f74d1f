import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { functionOf } from '../../../../functions/compose.ts';
import { mapValues } from '../../../../functions/objects/record.ts';
import type { KubernetesObject } from '../../../../functions/objects/resource.ts';
import { simulatedHub } from '../../../../functions/simulation/simulate.ts';
import { exampleRegistry } from '../../../support/examples.ts';
import { squadWith } from '../../../support/registered.ts';
import { requestFor, resourceOf } from '../../../support/request.ts';
import type { Outside } from './outside.ts';
import { reconcile, remove } from './provider.ts';

/** Somebody who asks for galaxy/billing: a zone of a hub, with that Service and what the hub has of it. */
export interface Tenant {
  name: string;
  hub: string;
  service: KubernetesObject;
  isAsked: boolean;
  /** Managed resources by composition resource name. */
  observed: Record<string, KubernetesObject>;
  /** `status.accepted`, as its hub keeps it. */
  accepted: unknown;
  /** `status.conditions`, but for their times: this world has none. */
  conditions: { type: string; status: string; reason: string; message?: string | undefined }[];
  /** Why the last round refused, or announced that it will. */
  reason: string | undefined;
  /** Whether all that it made is in place. What is delivered is another matter. */
  isProvisioned: boolean;
}

const serviceIn = (zone: string, postgres: object): KubernetesObject => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: 'billing', namespace: 'galaxy', uid: zone },
  spec: {
    zones: [
      {
        name: zone,
        components: [
          { name: 'spike', provider: 'postgres', postgres },
          { name: 'aqua', provider: 'kubernetes' },
        ],
      },
    ],
  },
});

const tenant = (name: string, hub: string, zone: string, postgres: object): Tenant => ({
  name,
  hub,
  service: serviceIn(zone, postgres),
  isAsked: false,
  observed: {},
  accepted: undefined,
  conditions: [],
  reason: undefined,
  isProvisioned: false,
});

/** The same Service asked for in production, in engineering where it may delete, and from another hub. */
export const tenants = (): Tenant[] => [
  tenant('production', simulatedHub, 'frontier', {}),
  tenant('engineering', simulatedHub, 'meadow', { onRemoval: 'Delete' }),
  tenant('another hub', 'other', 'meadow', { onRemoval: 'Delete' }),
];

const registry = [...exampleRegistry().filter(({ kind }) => kind === 'Zone'), squadWith('galaxy')];

/** One round of the function, and what Crossplane makes of its answer. */
export const round = (of: Tenant, outside: Outside): void => {
  if (!of.isAsked) return;
  const observed: Record<string, Resource> = mapValues(of.observed, (object) =>
    resourceOf(structuredClone(object), {
      username: 'u',
      password: 'password',
      endpoint: 'h',
      port: '5432',
      token: 'token',
    }),
  );
  const composite = { ...of.service, status: { accepted: of.accepted, conditions: of.conditions } };
  const response = functionOf(of.hub)(requestFor(composite, observed, registry), 0);
  const accepted = response.conditions.find(({ type }) => type === 'Accepted');
  // Crossplane keeps a condition that an answer leaves out.
  of.conditions = [
    ...of.conditions.filter(({ type }) => response.conditions.every((said) => said.type !== type)),
    ...response.conditions.map((said) => ({ ...said, status: said.status === 2 ? 'True' : 'False' })),
  ];
  of.reason = accepted?.reason;
  of.isProvisioned = response.conditions.some(({ type, reason }) => type === 'Provisioned' && reason === type);
  if (response.results.length > 0) return;

  const desired = response.desired?.resources ?? {};
  for (const name of Object.keys(of.observed).filter((known) => desired[known] === undefined)) {
    remove(of.observed[name] as KubernetesObject, outside, of.name);
    delete of.observed[name];
  }
  for (const [name, { resource }] of Object.entries(desired)) of.observed[name] = applied(of.observed[name], resource);
  of.accepted = (response.desired?.composite?.resource as KubernetesObject | undefined)?.status?.accepted;
};

const applied = (before: KubernetesObject | undefined, wanted: unknown): KubernetesObject => {
  const { metadata, ...rest } = structuredClone(wanted) as KubernetesObject;
  const hasChanged = JSON.stringify(before?.spec) !== JSON.stringify(rest.spec);

  return {
    ...rest,
    metadata: {
      creationTimestamp: '2025-01-01T00:00:00Z',
      ...before?.metadata,
      ...metadata,
      annotations: { ...before?.metadata?.annotations, ...metadata?.annotations },
      generation: (before?.metadata?.generation ?? 0) + (hasChanged ? 1 : 0),
    },
    ...(before?.status !== undefined && { status: before.status }),
  };
};

const managedOf = (of: Tenant): KubernetesObject[] =>
  Object.values(of.observed).filter(({ spec }) => spec?.providerConfigRef !== undefined);

/** The providers look at everything of a tenant but what these names end in, of which they come to look later. */
export const pollWithout = (of: Tenant, outside: Outside, late: string[]): void => {
  const isLate = ({ metadata }: KubernetesObject) => late.some((name) => metadata?.name?.endsWith(`.${name}`));
  for (const object of managedOf(of).filter((one) => !isLate(one))) reconcile(object, outside, of.name);
};

/** The providers look at everything of a tenant: first at what only looks. */
export const poll = (of: Tenant, outside: Outside): void => {
  const isLook = ({ spec }: KubernetesObject): boolean => JSON.stringify(spec?.managementPolicies) === '["Observe"]';
  const managed = managedOf(of);
  for (const object of managed.filter(isLook)) reconcile(object, outside, of.name);
  round(of, outside);
  for (const object of managedOf(of)) reconcile(object, outside, of.name);
};

/** The Service is deleted: everything of it goes, as its policies are now. */
export const removeService = (of: Tenant, outside: Outside): void => {
  for (const object of Object.values(of.observed)) remove(object, outside, of.name);
  Object.assign(of, { isAsked: false, observed: {}, accepted: undefined, reason: undefined, isProvisioned: false });
};
