import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { markOf } from '../../../functions/ownership/mark.ts';
import { simulate, simulatedHub } from '../../../functions/simulation/simulate.ts';
import { compose, round } from '../../support/compose.ts';
import { example, exampleRegistry } from '../../support/examples.ts';
import { copyOf, requestFor } from '../../support/request.ts';

const registry = exampleRegistry();
const billing = example('Service', 'billing');
const made = '2000-01-01T00:00:00Z';
const settled = simulate(billing, registry).observed;
const mark = markOf({ hub: simulatedHub, squad: 'galaxy', service: 'billing', environment: 'production' });

const objectOf = (resources: Record<string, Resource> | undefined, name: string) =>
  resources?.[`frontier.aqua.${name}`]?.resource as unknown as KubernetesObject;

/** All of it made by us, and then another look at the namespace: undefined if the provider shows nothing. */
const withNamespace = (metadata: object | undefined): Record<string, Resource> => {
  const observed = copyOf(settled);
  const object = objectOf(observed, 'namespace');
  const manifest = { apiVersion: 'v1', kind: 'Namespace', metadata, status: { phase: 'Active' } };
  object.status = { ...object.status, ...{ atProvider: metadata === undefined ? {} : { manifest } } };

  return observed;
};

const accepted = {
  ...billing,
  status: { accepted: { generation: billing.metadata?.generation ?? 0, spec: billing.spec } },
};
const answerTo = (observed: Record<string, Resource>) => {
  const { refusal, response } = round(requestFor(accepted, observed, registry), Date.parse(made) + 1000);

  return { refused: refusal?.reason, resources: response.desired?.resources };
};
const policiesOf = (resources: Record<string, Resource> | undefined, name: string) =>
  objectOf(resources, name).spec?.managementPolicies;

describe('a namespace that we made', () => {
  test.each([
    { name: 'is shown with our mark', metadata: { creationTimestamp: made, labels: { 'squadkit.io/mark': mark } } },
    { name: 'is not shown', metadata: undefined },
    { name: 'is shown without a time', metadata: { labels: {} } },
    { name: 'lost its labels by hand', metadata: { creationTimestamp: made, labels: {} } },
    { name: "got another's mark by hand", metadata: { creationTimestamp: made, labels: { 'squadkit.io/mark': 'x' } } },
    {
      name: 'has the time of a clock that is ahead',
      metadata: { creationTimestamp: '2000-01-01T00:00:30Z', labels: {} },
    },
    {
      name: 'was made again under our mark',
      metadata: { creationTimestamp: '2001-01-01T00:00:00Z', labels: { 'squadkit.io/mark': mark } },
    },
  ])('that $name is ours', ({ metadata }) => {
    const { refused, resources } = answerTo(withNamespace(metadata));

    expect(refused).toBeUndefined();
    expect(policiesOf(resources, 'namespace')).toEqual(['Observe', 'Create', 'Update']);
  });
});

test.each([
  { name: 'no mark', labels: { team: 'other' } },
  { name: 'the mark of another', labels: { 'squadkit.io/mark': 'squadkit_0123456789abcdef01234567' } },
  { name: 'no labels at all', labels: undefined },
])(
  'one of its name that somebody made later, with $name, is not: nothing is made, changed or ended in it',
  ({ labels }) => {
    const observed = withNamespace({ creationTimestamp: '2000-01-02T00:00:00Z', ...(labels && { labels }) });
    const { refused, resources } = answerTo(observed);

    expect(refused).toBe('NameTaken');
    const inNamespace = ['namespace', 'network', 'quota', 'limits', 'deployer-rights', 'members-view', 'secret.spike'];
    expect(inNamespace.map((name) => policiesOf(resources, name))).toEqual(inNamespace.map(() => ['Observe']));
    // What lies elsewhere is ours, and ends as it always does.
    expect(['deployer', 'deployer-token'].map((name) => policiesOf(resources, name))).toEqual([['*'], ['*']]);
    expect(Object.keys(resources ?? {})).toEqual(expect.arrayContaining(Object.keys(settled)));
    expect(
      compose(requestFor(billing, observed, registry)).conditions.find(({ type }) => type === 'Accepted')?.reason,
    ).toBe('NameTaken');
  },
);
