import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { providers } from '../../../functions/providers/index.ts';
import { type ControlPlane, connectControlPlane } from '../../control-plane/control-plane.ts';
import { readExamples, withLiveValues } from '../../control-plane/examples.ts';
import { condition, isTrue, type KubernetesObject } from '../../control-plane/objects.ts';
import { repository } from '../../control-plane/state.ts';
import { applyPlatform, composedOf, makeReady, serviceOf } from '../support/platform.ts';

/**
 * Another package with kinds of our names: its definitions and its documents are ours, letter by letter, but for the group, and
 * its Compositions name our function. Nothing may come of them, and nothing of ours may change.
 */
const group = 'example.org';
const folders = { Service: 'services', Zone: 'zones', Squad: 'squads' };

let controlPlane: ControlPlane;
const ours = serviceOf('galaxy', 'doubled', 'frontier');
const foreign: KubernetesObject[] = [];
const installed: KubernetesObject[] = [];

const inGroup = (document: KubernetesObject): KubernetesObject => ({ ...document, apiVersion: `${group}/v1alpha1` });

/** What is in a namespace, in one that is no squad's: into those nobody puts anything. */
const elsewhere = (document: KubernetesObject): KubernetesObject =>
  document.metadata.namespace === undefined
    ? document
    : { ...document, metadata: { ...document.metadata, namespace: 'default' } };

/** The definition and the Composition of one of our kinds, as another package would bring them. */
const packageOf = (folder: string): KubernetesObject[] => {
  const read = (file: string) =>
    parse(
      readFileSync(join(repository, 'apis', folder, file), 'utf8').replaceAll(
        'squadkit.io/v1alpha1',
        `${group}/v1alpha1`,
      ),
    );
  const [definition, composition] = [read('definition.yaml'), read('composition.yaml')];
  const name = `${folder}.${group}`;
  const spec = { ...definition.spec, group, enforcedCompositionRef: { name } };

  return [
    { ...composition, metadata: { name } },
    { ...definition, metadata: { name }, spec },
  ];
};

/** Everything that providers look after, by identity, with what it is to be. */
const everything = async (): Promise<string[]> => {
  const lists = await Promise.all(
    providers
      .flatMap(({ managedKinds }) => managedKinds)
      .map(({ apiVersion, kind }) => controlPlane.hub.list<KubernetesObject>(apiVersion, kind)),
  );

  return lists
    .flat()
    .map(({ kind, metadata, spec }) => `${kind} ${metadata.name} ${metadata.uid} ${JSON.stringify(spec)}`)
    .sort();
};

beforeAll(async () => {
  controlPlane = connectControlPlane();
  const { hub } = controlPlane;
  await applyPlatform(controlPlane);
  await makeReady(controlPlane, ours, 240);
  // What Crossplane's manager of rights renders for each definition; it does not run here.
  const rights = { metadata: { name: 'foreign-kinds' } };
  installed.push(
    {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', ...rights },
      rules: [{ apiGroups: [group], resources: ['*'], verbs: ['*'] }],
    } as KubernetesObject,
    {
      ...{ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', ...rights },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'foreign-kinds' },
      subjects: [{ kind: 'ServiceAccount', name: 'crossplane', namespace: 'crossplane-system' }],
    } as KubernetesObject,
    ...Object.values(folders).flatMap(packageOf),
  );
  for (const object of installed) await hub.apply(object);
  for (const definition of installed.filter(({ kind }) => kind === 'CompositeResourceDefinition'))
    await hub.waitFor(definition, (found) => isTrue(found, 'Established'), { what: 'Established' });
});

afterAll(async () => {
  const { hub } = controlPlane;
  for (const document of foreign) await hub.delete(document);
  for (const document of foreign) await hub.waitFor(document, (found) => found === undefined, { what: 'gone' });
  for (const object of installed.reverse()) await hub.delete(object);
  await hub.delete(ours);
});

describe('a document of another group, with the name and the text of one of ours', () => {
  const documents = (): [string, KubernetesObject][] =>
    [
      ['Zone', readExamples('platform/zones').find(({ metadata }) => metadata.name === 'frontier')],
      ['Squad', readExamples('platform/squads').find(({ metadata }) => metadata.name === 'galaxy')],
      ['Service', ours],
    ].map(([kind, document]) => [kind as string, document as KubernetesObject]);

  test.each(Object.keys(folders))('%s is not composed, and says why', async (kind) => {
    const document = Object.fromEntries(documents())[kind] as KubernetesObject;
    const before = await everything();
    const made = elsewhere(inGroup(withLiveValues(document, controlPlane)));
    foreign.push(made);
    await controlPlane.hub.apply(made);
    const found = await controlPlane.hub.waitFor(
      made,
      (object) =>
        condition(object, 'Synced')?.message?.includes(
          'and nothing of another group or version. Platform: take its step out',
        ) ?? false,
      { what: 'refused by the function' },
    );

    expect(condition(found, 'Synced')?.status).toBe('False');
    expect(await composedOf(controlPlane, made)).toEqual([]);
    expect(await everything()).toEqual(before);
  });

  test('a Service of it is refused in the namespace of a squad', async () => {
    await expect(controlPlane.hub.apply(inGroup(ours))).rejects.toThrow(
      /squadkit-squad-namespaces.*commit it to Git: a squad's namespace on the hub holds what Squadkit keeps there/,
    );
  });

  test('ours stay what they were, also when those of the other group go', async () => {
    const before = await everything();
    const { hub } = controlPlane;
    for (const document of foreign) await hub.delete(document);
    for (const document of foreign) await hub.waitFor(document, (found) => found === undefined, { what: 'gone' });

    expect(await everything()).toEqual(before);
    for (const [, document] of documents()) expect(isTrue(await hub.get(document), 'Ready')).toBe(true);
  });
});
