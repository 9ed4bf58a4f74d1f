import type { Resource } from '@crossplane-org/function-sdk-typescript';
import { afterAll, describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { toldOf } from '../../../functions/providers/all-told.ts';
import { outcomeOfService } from '../../../functions/simulation/outcome.ts';
import { registryOf } from '../../../functions/simulation/registry.ts';
import { simulate } from '../../../functions/simulation/simulate.ts';
import { compose } from '../../support/compose.ts';
import { everyProvider, registryOfAll, serviceOf, zoneOfAll } from '../../support/every-provider.ts';
import { copyOf, requestFor } from '../../support/request.ts';

const registry = registryOfAll();
const canary = 'c4n4ry0f0xQz7';
let tried = 0;

/** Each alone with each of its examples, and all together with the least and the most. */
const shapes = [
  ...everyProvider.flatMap(({ name, example }) =>
    example.services.map((_, settings) => ({
      name: `${name}, settings ${settings}`,
      parts: [{ provider: name, settings }],
    })),
  ),
  ...[0, 1].map((settings) => ({
    name: `all of them, settings ${settings}`,
    parts: everyProvider.map(({ name: provider }) => ({ provider, settings })),
  })),
];

/** Connection details that anybody may know: where something is, and who logs in. */
const open = ['endpoint', 'host', 'port', 'username'];

const namesOf = (resources: Record<string, unknown> | undefined): string[] => Object.keys(resources ?? {}).sort();
const isManaged = ({ resource }: Resource): boolean => resource?.spec?.providerConfigRef !== undefined;

describe.each(shapes)('$name', ({ parts }) => {
  const service = serviceOf(parts);
  const whole = simulate(service, registry);
  const { observed } = whole;

  test('comes to rest, and is Ready', () => {
    tried += 1;
    expect(whole.refusal).toBeUndefined();
    expect(whole.response.desired?.composite?.ready).toBe(1);
    expect(compose(requestFor(service, observed, registry)).desired?.composite?.ready).toBe(1);
  });

  test('drops nothing and heals, whatever is gone, mute or failing', () => {
    for (const name of Object.keys(observed)) {
      for (const damage of ['gone', 'mute', 'failing', 'without details'] as const) {
        const state = copyOf(observed);
        const resource = state[name] as Resource;
        const object = resource.resource as unknown as KubernetesObject;
        if (damage === 'gone') delete state[name];
        if (damage === 'mute') delete object.status;
        if (damage === 'failing') object.status = { conditions: [{ type: 'Synced', status: 'False', message: 'no' }] };
        if (damage === 'without details') resource.connectionDetails = {};
        const { response } = simulate(service, registry, state);
        tried += 1;
        expect(namesOf(compose(requestFor(service, state, registry)).desired?.resources)).toEqual(
          expect.arrayContaining(Object.keys(state)),
        );
        expect(namesOf(response.desired?.resources)).toEqual(namesOf(whole.response.desired?.resources));
      }
    }
  });

  test('shows no secret, not even one that an error quotes', () => {
    for (const name of Object.keys(observed)) {
      for (const message of [
        `cannot connect: app:${canary}@tcp(reef:3306)/ password=${canary}`,
        `amqps://app:${canary}@burrow:5671 says {"password":"${canary}"}`,
        `the value "${canary}" is refused`,
      ]) {
        const state = copyOf(observed);
        for (const { connectionDetails } of Object.values(state)) {
          for (const key of Object.keys(connectionDetails)) {
            if (!open.includes(key)) connectionDetails[key] = Buffer.from(canary);
          }
        }
        const object = state[name]?.resource as unknown as KubernetesObject;
        object.status = {
          ...object.status,
          conditions: [{ type: 'Ready', status: 'False', reason: 'Failed', message }],
        };
        // What no connection detail says cannot be known: only by its form.
        const isKnown = Object.values(state).some(({ connectionDetails }) => Object.keys(connectionDetails).length > 0);
        if (!isKnown && message.startsWith('the value')) continue;
        const response = compose(requestFor(service, state, registry));
        for (const resource of Object.values(response.desired?.resources ?? {})) {
          if ((resource.resource as unknown as KubernetesObject).kind === 'Secret') resource.resource = undefined;
        }
        tried += 1;
        const text = JSON.stringify(response);
        expect(text, message).not.toContain(canary);
        expect(text, message).not.toContain(Buffer.from(canary).toString('base64'));
      }
    }
  });

  test('says whose move it is when something fails, and when something outside does', () => {
    for (const [name, resource] of Object.entries(observed).filter(([, found]) => isManaged(found))) {
      for (const where of ['itself', 'outside']) {
        const state = copyOf(observed);
        const object = state[name]?.resource as unknown as KubernetesObject;
        const failed = {
          conditions: [{ type: 'Ready', status: 'False', reason: 'CreateFailed', message: 'it is odd' }],
        };
        const before = (resource.resource as unknown as KubernetesObject).status?.atProvider as { manifest?: object };
        object.status =
          where === 'itself'
            ? { ...object.status, ...failed }
            : {
                ...object.status,
                atProvider: { ...before, manifest: { kind: 'Thing', ...before?.manifest, status: failed } },
              };
        const { conditions } = compose(requestFor(service, state, registry));
        const action = conditions.find(({ type }) => type === 'ActionNeeded');
        tried += 1;
        expect([name, action?.reason, action?.message]).toEqual([name, 'SRE', expect.stringContaining('it is odd')]);
      }
    }
  });

  test('has every resource in one thing that people know, and names no other', () => {
    const { parts: told, resources } = outcomeOfService(service, registryOf(registry));
    const known = told.flatMap(({ component, things }) =>
      things.flatMap((thing) => thing.resources.map((local) => component.prefix + local)),
    );
    expect(namesOf(resources).filter((name) => known.filter((other) => other === name).length !== 1)).toEqual([]);
  });
});

/** Names that could meet when they are joined, shortened or changed to fit. */
const tricky: [string, string][] = [
  ['galaxy', 'a-b'],
  ['galaxy', 'ab'],
  ['galaxy', 'a'],
  ['galaxya', 'b'],
  ['quasar', 'a-b'],
  ['quasar', 'a-b-c'],
  ['g'.repeat(20), 's'.repeat(30)],
  ['g'.repeat(20), `${'s'.repeat(29)}t`],
];

describe.each(everyProvider)('names of $name', ({ name }) => {
  const squads = [...new Set(tricky.map(([squad]) => squad))].map((squad) => ({
    apiVersion: 'squadkit.io/v1alpha1',
    kind: 'Squad',
    metadata: { name: squad },
    spec: { zoneSelector: {} },
  }));
  const all = [...registry.filter(({ kind }) => kind === 'Zone'), ...squads];
  const external = ([squad, service]: [string, string]): string[] => {
    const { response } = simulate(serviceOf([{ provider: name, settings: 1 }], { squad, name: service }), all);
    return Object.values(response.desired?.resources ?? {}).flatMap(({ resource }) => {
      const object = resource as unknown as KubernetesObject;
      const manifest = (object.spec?.forProvider as { manifest?: KubernetesObject } | undefined)?.manifest;
      const { apiVersion, kind, metadata } = manifest ?? object;
      const { database = '' } = (object.spec?.forProvider ?? {}) as { database?: string };
      const said = object.metadata?.annotations?.['crossplane.io/external-name'];
      // Its own name says nothing of what it is outside.
      const outside = manifest === undefined && said !== object.metadata?.name ? said : undefined;
      tried += 1;
      expect((object.metadata?.name ?? '').length).toBeLessThanOrEqual(253);
      expect((outside ?? metadata?.name ?? '').length).toBeLessThanOrEqual(253);

      return manifest === undefined && outside === undefined
        ? [`${object.metadata?.namespace}/${object.metadata?.name}`]
        : [
            `${apiVersion} ${kind} ${manifest === undefined ? database : metadata?.namespace}/${outside ?? metadata?.name}`,
          ];
    });
  };

  test('are its own for each squad and Service, on the hub and outside', () => {
    const seen = new Map<string, string>();
    for (const pair of tricky) {
      for (const found of external(pair)) {
        const other = seen.get(found);
        expect(other === undefined || other === pair.join('/'), `${found} of ${pair} is that of ${other}`).toBe(true);
        seen.set(found, pair.join('/'));
      }
    }
  });
});

describe('a Zone of every provider', () => {
  const zone = zoneOfAll('frontier', 'production');
  const settled = simulate(zone, registry);

  test('knows every server and cluster by itself, and holds it', () => {
    const names = namesOf(settled.response.desired?.resources);
    const status = (settled.response.desired?.composite?.resource?.status?.components ?? []) as {
      name: string;
      identity?: string;
    }[];
    for (const { component } of everyProvider) {
      expect(
        names.some((name) => name.startsWith(`identity.${component}.`)),
        component,
      ).toBe(true);
      // A PostgreSQL server is known by a marker, which a simulation does not set.
      tried += 1;
    }
    expect(status.map(({ name }) => name)).toEqual(everyProvider.map(({ component }) => component));
  });

  test('goes on holding what it held when nothing can be looked at', () => {
    const state = copyOf(settled.observed);
    for (const { resource } of Object.values(state)) {
      const object = resource as unknown as KubernetesObject;
      if (object.spec?.providerConfigRef !== undefined) delete object.status;
    }
    const { response } = simulate(zone, registry, state);
    expect(namesOf(response.desired?.resources)).toEqual(namesOf(settled.response.desired?.resources));
  });

  test('says of every setting what a change of it means', () => {
    for (const { name, example } of everyProvider) {
      const { zone: means } = toldOf(name).words;
      for (const setting of Object.keys(example.zone)) expect(Object.keys(means), name).toContain(setting);
    }
  });
});

afterAll(() => {
  console.log(`${everyProvider.length} providers, ${shapes.length} shapes of Services: ${tried} cases`);
});
