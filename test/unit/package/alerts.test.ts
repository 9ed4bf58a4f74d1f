import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { alertGroups, whatToDo } from '../../../package/alerts.ts';
import { documentCases, everyState } from '../../monitoring/documents.ts';
import { neighbourCases } from '../../monitoring/neighbours.ts';

const root = join(import.meta.dirname, '../../..');
const folder = join(root, 'package/install/monitoring');
const read = (path: string) => parse(readFileSync(join(folder, path), 'utf8'));
const rules = alertGroups().flatMap((group) => group.rules);
const names = [...new Set(rules.map(({ alert }) => alert))];
const runbook = readFileSync(join(root, 'test/cluster/faults/README.md'), 'utf8');

test('every alert has its line in the runbook, and every line its alert', () => {
  const headings = [...runbook.matchAll(/^### (Squadkit\w+)$/gm)].map(([, name]) => name);

  expect(headings).toEqual(names);
  expect(Object.keys(whatToDo).sort()).toEqual([...names].sort());
});

test.each(rules)(
  '$alert leads to its line, and says how bad it is and whose move',
  ({ alert, labels, annotations }) => {
    expect(annotations.runbook_url).toMatch(new RegExp(`/test/cluster/faults/README\\.md#${alert.toLowerCase()}$`));
    expect(['warning', 'critical']).toContain(labels.severity);
    expect(['squad', 'platform', 'sre']).toContain(labels.route);
  },
);

test('for each alert there is something that promtool has to see fire', () => {
  const wanted = [...documentCases(everyState()), ...neighbourCases()].flatMap(({ firing }) => firing);
  const fired = wanted.map(({ alert, labels }) => `${alert} ${labels.severity} ${labels.route}`);

  expect([...new Set(fired)].sort()).toEqual(
    [...new Set(rules.map(({ alert, labels }) => `${alert} ${labels.severity} ${labels.route}`))].sort(),
  );
});

test('prometheus-operator gets the same rules', () => {
  expect(read('operator/rules.yaml').spec.groups).toEqual(alertGroups());
});

test('every metric that a rule reads is one of metrics.yaml, or not of Squadkit', () => {
  const shown = read('metrics.yaml').spec.resources.flatMap(
    ({ metricNamePrefix, metrics }: { metricNamePrefix: string; metrics: { name: string }[] }) =>
      metrics.map(({ name }) => `${metricNamePrefix}_${name}`),
  );
  const asked = rules.flatMap(({ expr }) => expr.match(/\bsquadkit_[a-z_]+/g) ?? []);

  expect([...new Set(asked)].filter((name) => !shown.includes(name))).toEqual([]);
});

test('no label holds what a squad writes as it likes', () => {
  const labels = JSON.stringify(read('metrics.yaml')).match(/"\w+":\["[^\]]*\]/g) ?? [];

  expect(labels.filter((label) => /message|description|labels|annotations|\*/.test(label))).toEqual([]);
});

test('kube-state-metrics may list and watch each kind that it shows, and nothing else', () => {
  const { resources } = read('metrics.yaml').spec as {
    resources: { groupVersionKind: { group: string; kind: string } }[];
  };
  const documents = readFileSync(join(folder, 'rights.yaml'), 'utf8').split(/^---$/m);
  const { rules: rights } = parse(documents[0] ?? '') as {
    rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
  };
  const shown = resources.map(({ groupVersionKind: { group, kind } }) => `${group}/${kind.toLowerCase()}s`);
  const allowed = rights.flatMap(({ apiGroups, resources: of }) => of.map((resource) => `${apiGroups[0]}/${resource}`));

  expect([...shown, 'apiextensions.k8s.io/customresourcedefinitions'].sort()).toEqual(allowed.sort());
  expect([...new Set(rights.flatMap(({ verbs }) => verbs))]).toEqual(['list', 'watch']);
});
