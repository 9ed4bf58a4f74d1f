import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ready, type Resource, type RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { mapValues } from '../../functions/objects/record.ts';
import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { registryOf } from '../../functions/simulation/registry.ts';
import { compose } from '../support/compose.ts';
import { exampleRegistry } from '../support/examples.ts';
import { resourceOf } from '../support/request.ts';
import { withCertificates } from './certificates.ts';

/** What a function of some release was told: the document, what exists of it, and who else is there. */
export interface Told {
  composite: KubernetesObject;
  observed: Record<string, { object: KubernetesObject; connection: Record<string, string> }>;
  registry: KubernetesObject[];
}

/** What it said. */
export interface Said {
  /** The reason, if it refused. */
  refused: string | null;
  resources: Record<string, KubernetesObject>;
  conditions: { type: string; status: number; reason: string; message: string | undefined }[];
}

export interface Recording extends Told, Said {}

/** When the recorded rounds take place: an answer may say how soon to ask again, and nothing else about the time. */
export const now = Date.parse('2000-01-01T00:00:01Z');

/** One round, as Crossplane does it: it is called again with what it asks for until it asks for nothing more. */
export const answerTo = ({ composite, observed, registry }: Told): RunFunctionResponse => {
  const everything = registryOf(registry);
  const resources = Object.fromEntries(
    Object.entries(observed).map(([name, { object, connection }]) => [name, resourceOf(object, connection)]),
  );
  let requiredResources: Record<string, { items: Resource[] }> = {};
  for (let call = 0; call < 5; call += 1) {
    const response = compose(
      {
        meta: { tag: 'recorded', capabilities: [] },
        observed: {
          composite: { resource: composite, connectionDetails: {}, ready: Ready.READY_UNSPECIFIED },
          resources,
        },
        desired: { composite: undefined, resources: {} },
        requiredResources,
        requiredSchemas: {},
        extraResources: {},
        credentials: {},
      },
      now,
    );
    const asked = Object.entries(response.requirements?.resources ?? {});
    if (response.results.length > 0 || asked.every(([key]) => requiredResources[key] !== undefined)) return response;

    requiredResources = Object.fromEntries(
      asked.map(([key, selector]) => [key, { items: everything.find(selector).map((object) => resourceOf(object)) }]),
    );
  }

  throw new Error('it asks for more and more');
};

/** What an answer said, without what is only about this very call. */
export const saidBy = ({ results, desired, conditions }: RunFunctionResponse): Said => ({
  refused: results[0]?.reason ?? null,
  resources: Object.fromEntries(
    Object.entries(desired?.resources ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { resource }]) => [name, resource as unknown as KubernetesObject]),
  ),
  conditions: conditions.map(({ type, status, reason, message }) => ({ type, status, reason, message })),
});

/** What a function is told of a document: in the examples, unless something else is registered. */
export const toldOf = (
  composite: KubernetesObject,
  observed: Record<string, Resource> = {},
  registry: KubernetesObject[] = exampleRegistry(),
): Told => ({
  composite,
  observed: mapValues(observed, ({ resource, connectionDetails }) => ({
    object: resource as unknown as KubernetesObject,
    connection: mapValues(connectionDetails, (value) => `${value}`),
  })),
  registry,
});

/** What was told, with what the function of today says to it. */
export const recorded = (told: Told): Recording => ({ ...told, ...saidBy(answerTo(told)) });

const directory = import.meta.dirname;

/** The releases of which there are recordings. */
export const releases = (): string[] =>
  readdirSync(directory)
    .filter((name) => /^v\d/.test(name))
    .sort();

/** The recordings of a release, by name. */
export const recordingsOf = (release: string): { name: string; recording: Recording }[] =>
  readdirSync(join(directory, release))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({
      name: file.replace(/\.json$/, ''),
      recording: JSON.parse(withCertificates(readFileSync(join(directory, release, file), 'utf8'))) as Recording,
    }));

/** Replaces the recordings of a release, and leaves alone those of its command line, in a folder beside them. */
export const writeRecordings = (release: string, recordings: Record<string, Recording>): void => {
  const folder = join(directory, release);
  for (const { name } of existsSync(folder) ? recordingsOf(release) : []) rmSync(join(folder, `${name}.json`));
  mkdirSync(folder, { recursive: true });
  for (const [name, recording] of Object.entries(recordings)) {
    writeFileSync(join(folder, `${name}.json`), `${lines(recording)}\n`);
  }
};

/** JSON with a line for each object, so that a difference between two releases is one that can be read. */
const lines = (recording: Recording): string => {
  const part = (value: unknown): string => {
    if (Array.isArray(value)) return `[\n${value.map((item) => `  ${JSON.stringify(item)}`).join(',\n')}\n]`;
    const entries = Object.entries(value as object);
    return `{\n${entries.map(([key, item]) => `  ${JSON.stringify(key)}: ${JSON.stringify(item)}`).join(',\n')}\n}`;
  };
  const parts = Object.entries(recording).map(
    ([key, value]) =>
      `${JSON.stringify(key)}: ${typeof value === 'object' && value !== null ? part(value) : JSON.stringify(value)}`,
  );

  return `{\n${parts.join(',\n')}\n}`;
};
