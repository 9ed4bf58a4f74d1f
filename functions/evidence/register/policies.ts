import type { ShippedPolicy } from '../live/policy.ts';
import { hubManifests } from './manifests.ts';

const objectsOf = (kind: string) => hubManifests.map(({ object }) => object).filter((object) => object.kind === kind);

/** The admission policies of this version for a hub, by name, with their bindings. */
export const policies: Readonly<Record<string, ShippedPolicy>> = Object.fromEntries(
  objectsOf('ValidatingAdmissionPolicy').map((policy) => {
    const name = policy.metadata?.name ?? '';
    const bindings = objectsOf('ValidatingAdmissionPolicyBinding').filter(({ spec }) => spec?.policyName === name);

    return [name, { policy, bindings }];
  }),
);
