import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The stages that protect data and rights, whole. */
const stages = [
  'functions/waiting/gate.ts',
  'functions/objects/resource.ts',
  'functions/service/admit.ts',
  'functions/service/resolve.ts',
  'functions/service/deliver.ts',
];

const providers = 'functions/providers';

/** What decides whether something goes or stays when its managed resource goes. */
const isAboutRemoval = (line: string): boolean =>
  /managementPolicies|dataPolicies|\bkeep\b|\brevoke\b|onRemoval/.test(line);

/**
 * What is changed, as Stryker takes it: the stages, and of the providers' resources the lines about removal. What else
 * they say of a database or a namespace is not mutated: it is literal.
 */
export const mutated = (repository: string): string[] => [
  ...stages,
  ...readdirSync(join(repository, providers), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${providers}/${name}/resources.ts`)
    .flatMap((file) =>
      readFileSync(join(repository, file), 'utf8')
        .split('\n')
        .flatMap((line, index) => (isAboutRemoval(line) ? [`${file}:${index + 1}-${index + 1}`] : [])),
    ),
];
