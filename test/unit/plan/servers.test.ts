import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { planOf } from '../../../functions/plan/plan.ts';
import { problemsOf } from '../../../functions/plan/validate.ts';
import { readTree } from '../../../functions/tree/read.ts';
import { worldOf } from '../../../functions/tree/world.ts';
import { exampleFile } from '../../support/squadkit.ts';

interface Registered {
  name: string;
  provider: string;
  [settings: string]: unknown;
}

const example: Registered[] = parse(exampleFile('platform/zones/meadow.yaml')).spec.components;

/** A component of a provider, which leads where a Secret of that name does. */
const leadsTo = (provider: string, secret: string, name = provider): Registered => {
  const component = structuredClone(example.find((one) => one.provider === provider)) as Registered;
  const settings = component[provider] as { credentialsSecretRef: { name: string } };
  settings.credentialsSecretRef.name = secret;

  return { ...component, name };
};

type Zones = Record<string, Registered[]>;

const worldWith = (zones: Zones, closed: string[] = []) => {
  const { spec } = parse(exampleFile('platform/zones/meadow.yaml'));
  const files = Object.entries(zones).map(([name, components]) => {
    const lifecycle = closed.includes(name) ? { lifecycle: 'Closed' } : {};
    const document = { apiVersion: 'squadkit.io/v1alpha1', kind: 'Zone', metadata: { name } };
    const text = JSON.stringify({ ...document, spec: { ...spec, ...lifecycle, components } });

    return { path: `platform/zones/${name}.yaml`, bytes: text.length, read: () => Buffer.from(text) };
  });

  return worldOf(readTree(files));
};

const refusedIn = (base: Zones | undefined, target: Zones, closed?: string[]): Record<string, string> =>
  Object.fromEntries(
    planOf({ base: base && worldWith(base), target: worldWith(target, closed) }).changes.flatMap(({ name, refused }) =>
      refused === undefined ? [] : [[name, `${refused.reason}: ${refused.message}`]],
    ),
  );

const taken = (component: string, zone: string, other: string) =>
  expect.stringMatching(new RegExp(`^ServerTaken: ${component} in zone ${zone} is the same \\w+ as ${other}[.]`));

test.each(['postgres', 'kubernetes'])(
  'of one %s that two Zones register the plan refuses who comes later',
  (provider) => {
    const [one, other] = [leadsTo(provider, 'one'), leadsTo(provider, 'other')];
    const ofAlpha = taken(provider, 'alpha', `${provider} of zone omega`);
    const ofOmega = taken(provider, 'omega', `${provider} of zone alpha`);

    expect(refusedIn(undefined, { alpha: [one], omega: [one] })).toEqual({ omega: ofOmega });
    expect(refusedIn(undefined, { alpha: [one], omega: [other] })).toEqual({});
    // Who has it keeps it, whoever comes first by name.
    expect(refusedIn({ omega: [one] }, { alpha: [one], omega: [one] })).toEqual({ alpha: ofAlpha });
    expect(refusedIn({ alpha: [one], omega: [other] }, { alpha: [one], omega: [one] })).toEqual({ omega: ofOmega });
    expect(refusedIn({ alpha: [other], omega: [one] }, { alpha: [one], omega: [one] })).toEqual({ alpha: ofAlpha });
    // It moves in one commit.
    expect(
      refusedIn(
        { alpha: [one, leadsTo(provider, 'third', 'more')] },
        { alpha: [leadsTo(provider, 'third', 'more')], omega: [one] },
      ),
    ).toEqual({});
    expect(refusedIn({ alpha: [one] }, { alpha: [one, leadsTo(provider, 'one', 'again')] })).toEqual({
      alpha: taken('again', 'alpha', `${provider} of the same zone`),
    });
    // A closed one holds it until it is gone, and is never refused itself.
    expect(refusedIn({ alpha: [one] }, { alpha: [one], omega: [one] }, ['alpha'])).toEqual({ omega: ofOmega });
    expect(refusedIn({ alpha: [one] }, { alpha: [one], omega: [one] }, ['omega'])).toEqual({});
  },
);

test('a tree alone says it of the later one, where it stands', () => {
  const problems = problemsOf(worldWith({ alpha: [leadsTo('postgres', 'one')], omega: [leadsTo('postgres', 'one')] }));

  expect(problems).toEqual([
    expect.objectContaining({
      file: 'platform/zones/omega.yaml',
      message: expect.stringMatching(/^postgres in zone omega is the same postgres as postgres of zone alpha[.]/),
    }),
  ]);
});
