import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/**
 * What must say the same version says another one: sentences, none when all is well. `tag` is the tag that is released, if
 * any. `clone` is the top of the tree.
 */
export const differingVersions = (clone: string, tag?: string): string[] => {
  const read = (file: string) => readFileSync(join(clone, file), 'utf8');
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const { spec } = parse(read('crossplane.yaml')) as { spec: { dependsOn: { kind: string; version: string }[] } };
  const installed = read('package/install/packages/packages.yaml');
  const ofFunction = spec.dependsOn.find(({ kind }) => kind === 'Function')?.version;

  return [
    ...(ofFunction === `v${version}`
      ? []
      : [`crossplane.yaml depends on the function ${ofFunction}, and package.json says ${version}: make them one`]),
    ...['function-squadkit', 'squadkit']
      .filter((name) => !installed.includes(`ghcr.io/squadkit/${name}:v${version}\n`))
      .map(
        (name) => `package/install/packages/packages.yaml installs another ${name} than ${version}: name v${version}`,
      ),
    ...(read('package/install/hub/janitor.yaml').includes(`ghcr.io/squadkit/janitor:v${version}\n`)
      ? []
      : [`package/install/hub/janitor.yaml runs another janitor than ${version}: name v${version}`]),
    ...namesOf(version)
      .filter(({ file, name }) => !read(file).includes(name))
      .map(({ file, name }) => `${file} names another release than ${version}: it should say ${name.trim()}`),
    ...(tag === undefined || tag === `v${version}`
      ? []
      : [`the tag is ${tag}, and package.json says ${version}: tag v${version}, or change package.json first`]),
  ];
};

/** Where people find the release that they should take. */
const namesOf = (version: string): { file: string; name: string }[] => [
  { file: 'examples/.github/workflows/plan.yaml', name: `package/pipelines/github@v${version}\n` },
  { file: 'examples/.github/workflows/delivered.yaml', name: `/releases/download/v${version}\n` },
  { file: 'examples/.gitlab-ci.yml', name: `/squadkit/v${version}/package/pipelines/gitlab/plan.yaml\n` },
  { file: 'examples/.pre-commit-config.yaml', name: `[squadkit@${version}]\n` },
  { file: 'package/pipelines/gitlab/plan.yaml', name: `default: v${version}\n` },
];

/** What a changelog has below the heading of a version such as `0.2.0`; undefined if that is nothing. */
export const changelogEntry = (changelog: string, version: string): string | undefined => {
  const [, ...sections] = changelog.split(/^## /m);
  const own = sections.find((section) => new RegExp(`^v?${version.replaceAll('.', '\\.')}\\s`).test(section));
  const text = own?.split('\n').slice(1).join('\n').trim();

  return text ? `${text}\n` : undefined;
};
