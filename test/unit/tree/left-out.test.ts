import { describe, expect, test } from 'vitest';
import { refusedMetadata } from '../../../functions/tree/metadata.ts';
import { convertedBy, leftOutAnyway, leftOutBy } from '../../../functions/tree/rendering/left-out.ts';

const own = 'squads/galaxy/billing.yaml';

describe('what Flux leaves out of every source', () => {
  const names = ['cloudbuild.yaml', '.flux.yaml', '.sops.yaml', '.travis.yml', 'appveyor.yml', '.gitlab-ci.yml'];
  const folders = ['.github', '.circleci', 'a.zip', 'b.tar.gz', 'c.png'];
  const places = ['', 'squads/', 'squads/galaxy/'];

  test('is known by name, at every depth', () => {
    const out = places.flatMap((place) => [
      ...names.map((name) => place + name),
      ...folders.map((folder) => `${place}${folder}/billing.yaml`),
    ]);
    console.log(`${out.length} paths that Flux leaves out`);

    expect(out.filter((path) => leftOutAnyway(path) === undefined)).toEqual([]);
  });

  test('is nothing else', () => {
    for (const path of [own, 'squads/cloudbuild/a.yaml', 'a.zipped/b.yaml', 'squads/flux.yaml', '.hidden/a.yaml']) {
      expect(leftOutAnyway(path), path).toBeUndefined();
    }
  });
});

test.each([
  ['/squads/galaxy/*', '', own],
  ['billing.yaml', '', own],
  ['[^x]illing.yaml', '', own],
  ['b\\illing.yaml', '', own],
  ['[[:alpha:]]illing.yaml', '', own],
  ['galaxy/', 'squads', own],
  ['billing.yaml/**', '', own],
  ['/squads/*/billing.yaml/**/', '', own],
  ['//squads//galaxy//', '', own],
  ['# billing.yaml', '', undefined],
  ['!billing.yaml', '', undefined],
  ['catalog.yaml', '', undefined],
  ['[a]', 'platform', undefined],
])('.sourceignore with %s in folder "%s" may leave out %s', (line, folder, left) => {
  expect(leftOutBy(`${line}\n`, folder, [own])).toBe(left);
});

test.each([
  ['squads/galaxy', '*.yaml working-tree-encoding=ASCII//TRANSLIT', own],
  ['', '*.yaml filter=a', own],
  ['', '* ident', own],
  ['', '"squads/galaxy/billing.yaml" text filter=a', own],
  ['', '[attr]odd working-tree-encoding=UTF-16', own],
  ['', '*.png filter=lfs diff=lfs merge=lfs -text', undefined],
  ['', '*.yaml text eol=lf', undefined],
  ['', '# *.yaml filter=a', undefined],
  ['platform', '*.yaml filter=a', undefined],
])('.gitattributes in folder "%s" with %s makes something else of %s', (folder, line, converted) => {
  expect(convertedBy(`${line}\n`, folder, [own])).toBe(converted);
});

describe('labels and annotations', () => {
  const keys = ['team', 'example.org/team', 'a', 'A.b_c-9', `${'a'.repeat(63)}`, `${'b'.repeat(253)}/c`];
  const noKeys = ['', '::error', 'A/B/C', '-a', 'a-', 'a b', `${'a'.repeat(64)}`, 'Example.org/team', '/a', 'a/', 'ä'];
  const values = ['', 'a', 'A.b_c-9', `${'a'.repeat(63)}`];
  const noValues = ['b c', '-a', 'a-', `${'a'.repeat(64)}`, 'ä', 'a\nb', '::error'];

  test('that the API server takes are taken', () => {
    for (const key of keys) {
      for (const value of values) expect(refusedMetadata({ labels: { [key]: value } }), key).toBeUndefined();
      for (const value of noValues) expect(refusedMetadata({ annotations: { [key]: value } }), key).toBeUndefined();
    }
    expect(refusedMetadata({})).toBeUndefined();
  });

  test('have prefixes that are a subdomain of DNS, as the API server has it', () => {
    const parts = ['a', 'a1', '1', 'a-b', 'x'.repeat(63), '', '-', '-a', 'a-', 'A', 'a_b', 'ä', ' '];
    const prefixes = parts.flatMap((one) => [one, ...parts.flatMap((two) => [`${one}.${two}`, `${one}.${two}.org`])]);
    prefixes.push(`${'a.'.repeat(126)}a`, `${'a.'.repeat(126)}ab`);
    // dns1123SubdomainFmt and its greatest length, word for word (k8s.io/apimachinery v0.35, api/validate/content/dns.go).
    const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
    const wrong = prefixes.filter((prefix) => {
      const isTaken = refusedMetadata({ labels: { [`${prefix}/team`]: 'a' } }) === undefined;
      return isTaken !== (subdomain.test(prefix) && prefix.length <= 253);
    });
    console.log(`${prefixes.length} prefixes of labels`);

    expect(wrong).toEqual([]);
  });

  test('that it refuses are refused, in one line', () => {
    const said = [
      ...noKeys.map((key) => refusedMetadata({ labels: { [key]: 'a' } })),
      ...noKeys
        .filter((key) => key !== 'Example.org/team')
        .map((key) => refusedMetadata({ annotations: { [key]: 'a' } })),
      ...noValues.map((value) => refusedMetadata({ labels: { team: value } })),
      refusedMetadata({ annotations: { team: 'a'.repeat(262_141) } }),
    ];

    expect(said.filter((one) => one === undefined || one.message.includes('\n'))).toEqual([]);
    expect(refusedMetadata({ annotations: { team: 'a'.repeat(262_140) } })).toBeUndefined();
  });
});
