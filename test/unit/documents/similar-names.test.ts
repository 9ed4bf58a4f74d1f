import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  databaseName,
  namespaceName,
  providerConfigName,
  reservedSquads,
  segmentPattern,
  servicePattern,
  squadPattern,
} from '../../../functions/documents/names.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { providerOf } from '../../../functions/providers/index.ts';
import { componentsOf } from '../../../functions/service/components.ts';
import { composeZone } from '../../../functions/service/compose.ts';
import { readSquad } from '../../../functions/squad/read.ts';
import { readZone, type Zone } from '../../../functions/zone/read.ts';
import { cases } from '../../support/cases.ts';
import { example } from '../../support/examples.ts';

const runs = { numRuns: cases };

/** Words from which names are built that look like one another, or like what Squadkit puts after them. */
const words = [
  'a',
  'b',
  'ab',
  'b1',
  'app',
  'owner',
  'writer',
  'reader',
  'migrator',
  'readonly',
  'db',
  'binding',
  'kubeconfig',
  'secret',
  'spike',
  'frontier',
];
const matching = (pattern: string, most: number) =>
  fc
    .oneof(
      {
        weight: 4,
        arbitrary: fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('-')),
      },
      { weight: 1, arbitrary: fc.stringMatching(new RegExp(pattern)) },
      {
        weight: 1,
        arbitrary: fc.constantFrom('a'.repeat(most), `${'a'.repeat(most - 1)}b`, `${'a'.repeat(most - 2)}-b`),
      },
    )
    .filter((name) => new RegExp(pattern).test(name) && name.length <= most);

const squad = fc
  .oneof(
    fc.constantFrom('aa', 'ab', 'aab', 'galaxy', 'app', 'owner', 'db', 'pg1', 'g'.repeat(20), `${'g'.repeat(19)}h`),
    fc.stringMatching(new RegExp(squadPattern)),
  )
  .filter((name) => !new RegExp(reservedSquads).test(name));
const service = matching(servicePattern, 30);
const segment = matching(segmentPattern, 20);

const galaxy = readSquad(example('Squad', 'galaxy'));
const meadow = readZone(example('Zone', 'meadow'));
const zoneNamed = (name: string, database: string, cluster: string): Zone => {
  const named: Record<string, string> = { postgres: database, kubernetes: cluster };
  return {
    ...meadow,
    name,
    components: meadow.components.map((component) => ({ ...component, name: named[component.provider] ?? '' })),
  };
};
const settings = {
  postgres: providerOf('postgres').serviceSettings.parse({ readers: true, extensions: ['pg_trgm'] }),
  kubernetes: providerOf('kubernetes').serviceSettings.parse({}),
};

/** Everything that a Service would make in one zone with a database and a cluster, before any of it exists. */
const composedBy = (squadName: string, name: string, zone: Zone): Record<string, KubernetesObject> => {
  const components = zone.components.map((registered) => ({
    requested: {
      name: registered.name,
      provider: registered.provider,
      settings: settings[registered.provider as keyof typeof settings],
    },
    registered,
    path: [],
  }));
  const zones = componentsOf({ name }, { ...galaxy, name: squadName }, [{ zone, components }], {
    hub: 'main',
    observed: {},
  }).map(composeZone);

  return Object.fromEntries(
    zones
      .flatMap((composed) => composed.components)
      .flatMap(({ resources }) => Object.entries(resources).map(([key, { object }]) => [key, object])),
  );
};

/** What an object is called on the hub, with the Secret in which it puts its credentials. */
const hubNames = ({ kind, metadata, spec }: KubernetesObject): string[] => {
  const secret = (spec?.writeConnectionSecretToRef as { name?: string } | undefined)?.name;
  return [
    `${kind} ${metadata?.namespace}/${metadata?.name}`,
    ...(secret === undefined ? [] : [`Secret ${metadata?.namespace}/${secret}`]),
  ];
};

/** What it stands for on the server or in the cluster: the names that others could have, too. */
const outsideNames = ({ kind, metadata, spec }: KubernetesObject): string[] => {
  const external = metadata?.annotations?.['crossplane.io/external-name'];
  const { manifest } = (spec?.forProvider ?? {}) as { manifest?: KubernetesObject };
  if (kind === 'Role' || kind === 'Database') return [`${kind} ${external}`];
  if (manifest === undefined) return [];
  if (manifest.kind === 'Namespace') return [`Namespace ${manifest.metadata?.name}`];
  return [`${manifest.kind} ${manifest.metadata?.namespace}/${manifest.metadata?.name}`];
};

/** Names that are longer than their place allows. */
const tooLong = (object: KubernetesObject): string[] => {
  const name = `${object.metadata?.name}`;
  const ofRolesAndNamespaces = outsideNames(object).filter((outside) => !outside.includes('/'));
  return [
    // provider-kubernetes applies as `provider-kubernetes/<name>`, of which the API server takes 128 bytes.
    ...(name.length > (object.kind === 'Object' ? 108 : 253) ? [name] : []),
    ...ofRolesAndNamespaces.filter((outside) => outside.slice(outside.indexOf(' ') + 1).length > 63),
  ];
};

const names = (objects: Record<string, KubernetesObject>): string[] =>
  Object.values(objects).flatMap((object) => [...hubNames(object), ...outsideNames(object)]);
const meet = (a: string[], b: string[]): string[] => {
  const known = new Set(a);
  return b.filter((name) => known.has(name));
};

describe('any Services', () => {
  // Guard rail: names-never-meet
  test('two Services share no name, on the hub, on a server or in a cluster', () => {
    fc.assert(
      fc.property(squad, service, squad, service, (squadA, serviceA, squadB, serviceB) => {
        fc.pre(squadA !== squadB || serviceA !== serviceB);
        const first = names(composedBy(squadA, serviceA, meadow));
        const second = names(composedBy(squadB, serviceB, meadow));
        expect(meet(first, second)).toEqual([]);
      }),
      runs,
    );
  });

  test('nor do two Services of one squad whose names begin alike, whatever Squadkit puts after them', () => {
    fc.assert(
      fc.property(squad, service, fc.constantFrom(...words), (squadName, name, word) => {
        const longer = `${name}-${word}`;
        fc.pre(longer.length <= 30);
        const first = names(composedBy(squadName, name, meadow));
        expect(meet(first, names(composedBy(squadName, longer, meadow)))).toEqual([]);
      }),
      runs,
    );
  });

  test('nor does one Service meet itself, and every name is as short as its place demands', () => {
    fc.assert(
      fc.property(squad, service, segment, segment, segment, (squadName, name, zone, database, cluster) => {
        fc.pre(database !== cluster);
        const objects = composedBy(squadName, name, zoneNamed(zone, database, cluster));
        const all = names(objects);
        expect(new Set(all).size).toBe(all.length);
        expect(Object.values(objects).flatMap(tooLong)).toEqual([]);
      }),
      runs,
    );
  });

  test('databases, namespaces and provider configs are named after one squad and Service, or one zone and component', () => {
    fc.assert(
      fc.property(
        squad,
        service,
        squad,
        service,
        segment,
        segment,
        segment,
        segment,
        (squadA, serviceA, squadB, serviceB, zoneA, componentA, zoneB, componentB) => {
          const isSame = squadA === squadB && serviceA === serviceB;
          expect(databaseName(squadA, serviceA) === databaseName(squadB, serviceB)).toBe(isSame);
          expect(namespaceName(squadA, serviceA) === namespaceName(squadB, serviceB)).toBe(isSame);
          expect(providerConfigName(zoneA, componentA) === providerConfigName(zoneB, componentB)).toBe(
            zoneA === zoneB && componentA === componentB,
          );
        },
      ),
      runs,
    );
  });
});
