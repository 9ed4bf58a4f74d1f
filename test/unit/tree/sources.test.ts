import { describe, expect, test } from 'vitest';
import { sourceFindings } from '../../../functions/tree/rendering/sources.ts';
import { exampleRepository, git, squadkit, write } from '../../support/squadkit.ts';

const own = 'squads/galaxy/billing.yaml';
const source = (url: string, fields: Record<string, unknown>, apiVersion = 'source.toolkit.fluxcd.io/v1'): string =>
  JSON.stringify({ apiVersion, kind: 'GitRepository', metadata: { name: 'other' }, spec: { url, ...fields } });

/** What makes something else of the tree, and what does not, by the prefix of the tree in its repository. */
const changes: Record<string, { fields: Record<string, unknown>; in: (string | undefined)[] }> = {
  'all but one folder': { fields: { ignore: '/*\n!/platform\n' }, in: ['', 'hub/'] },
  'our folder': { fields: { ignore: 'squads/' }, in: ['', 'hub/'] },
  'our file': { fields: { ignore: '**/billing.yaml' }, in: ['', 'hub/'] },
  'our folder after it was taken in': { fields: { ignore: '!/squads\n/squads/galaxy\n' }, in: ['', 'hub/'] },
  'what cannot be told': { fields: { ignore: '[a-z]illing.yaml' }, in: ['', 'hub/'] },
  'all but ours, doubtfully': { fields: { ignore: '/*\n!squ*\n' }, in: ['', 'hub/'] },
  'other folders only': { fields: { sparseCheckout: ['platform', './apps/'] }, in: ['', 'hub/'] },
  'more files': { fields: { include: [{ repository: { name: 'more' } }] }, in: ['', 'hub/'] },
  'our folder of a tree below': { fields: { ignore: '/*\n!/squads\n' }, in: ['hub/'] },
  'our folder, checked out': { fields: { sparseCheckout: ['/squads/'] }, in: ['hub/'] },
  'all but ours': { fields: { ignore: '/*\n!/platform\n!/squads/**\n!/hub/\n' }, in: [] },
  'all but documents': { fields: { ignore: '/*\n!*.yaml\n' }, in: [] },
  pictures: { fields: { ignore: '# squads\n*.png\n/docs\n' }, in: [] },
  nothing: { fields: { ignore: '', sparseCheckout: [], include: [] }, in: [] },
};

const spellings = [
  'https://git.example.org/example/platform.git',
  'https://robot:token@mirror.example.org:8443/example/platform/',
  'ssh://git@git.example.org:22/example/platform.git',
  'git@git.example.org:example/platform.git',
  'git.example.org:Example/Platform',
];
const others = ['https://git.example.org/example/apps.git', 'git@git.example.org:other/platform.git'];

describe('a GitRepository in the tree', () => {
  test('is a problem if it is of this repository and changes it, a note if nobody knows, and else nothing', () => {
    const wrong: string[] = [];
    let cases = 0;
    for (const [what, { fields, in: prefixes }] of Object.entries(changes)) {
      for (const prefix of ['', 'hub/']) {
        for (const url of [...spellings, ...others]) {
          for (const remotes of [...spellings.map((remote) => [others[1] ?? '', remote]), []]) {
            for (const apiVersion of ['source.toolkit.fluxcd.io/v1', 'source.toolkit.fluxcd.io/v1beta2']) {
              const found = sourceFindings('a.yaml', source(url, fields, apiVersion), [own], { prefix, remotes });
              const isOther = remotes.length > 0 && url !== others[1] && others.includes(url);
              const want = prefixes.includes(prefix) && !isOther ? [remotes.length > 0] : [];
              cases += 1;
              if (JSON.stringify(found.map(({ isOfThis }) => isOfThis)) !== JSON.stringify(want)) {
                wrong.push(`${what}, ${url}, tree in "${prefix}", clone of ${remotes}: ${JSON.stringify(found)}`);
              }
            }
          }
        }
      }
    }
    console.log(`${cases} sources of Flux`);

    expect(wrong.slice(0, 10)).toEqual([]);
  });

  test.each([
    { remote: 'git@git.example.org:example/platform.git', status: 1, says: 'error' },
    { remote: 'https://git.example.org/example/apps.git', status: 0, says: undefined },
    { remote: undefined, status: 0, says: 'out' },
  ] as const)('is asked of the clone of $remote', async ({ remote, status, says }) => {
    const tree = exampleRepository();
    if (remote !== undefined) git(tree, 'remote', 'add', 'origin', remote);
    write(tree, { 'clusters/a.yaml': source(spellings[0] ?? '', { ignore: '/*\n!/platform\n' }) });
    const answer = await squadkit(['plan', tree, '--base', 'HEAD'], { [tree]: 'tree' });
    const sentence =
      /tree\/clusters\/a\.yaml: (if it is of this repository, )?GitRepository other leaves squads\/galaxy/;

    expect(answer.status).toBe(status);
    for (const stream of ['out', 'error'] as const) expect(sentence.test(answer[stream])).toBe(stream === says);
  });
});
