import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { squadRule } from '../functions/documents/names.ts';
import { alertRunbook } from './alerts.ts';
import { exampleStatus } from './example-status.ts';
import { program, programPrefix } from './programs.ts';
import { refusalTable } from './refusals.ts';
import { faultTable, runbook } from './runbook.ts';
import { conditionsSaid, refusalsSaid } from './said.ts';

const root = join(import.meta.dirname, '..');
const contentOf = (path: string): string => readFileSync(join(root, path), 'utf8').trimEnd();

const fenced = (language: string, text: string): string => [`\`\`\`${language}`, text.trimEnd(), '```'].join('\n');

/** A plan as test/unit/plan/outputs.test.ts gets it from the command line. */
const plan = (name: string): string => fenced('', contentOf(`test/unit/plan/outputs/${name}.txt`));

/** A whole Zone that has only this cluster, with what a case says of it. */
const zoneOn = (name: string, said: object): object => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Zone',
  metadata: { name },
  spec: {
    environment: 'production',
    region: 'eu-west-1',
    dataClasses: ['public', 'internal'],
    components: [
      {
        name: 'aqua',
        provider: 'kubernetes',
        kubernetes: {
          credentialsSecretRef: { namespace: 'squadkit-system', name: 'aqua-kubeconfig', key: 'kubeconfig' },
          server: 'https://aqua.example.org:6443',
          groupPrefix: 'oidc:',
          ...said,
        },
      },
    ],
  },
});

/** A whole Service there, with what a case says of it. */
const serviceOn = (zone: string, said: object): object => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: 'orders', namespace: 'galaxy' },
  spec: { zones: [{ name: zone, components: [{ name: 'aqua', provider: 'kubernetes', kubernetes: said }] }] },
});

/** What a Zone and a Service say on each kind of cluster, with the words of the case: test/clusters has what comes of it. */
const clusters = (): string =>
  readdirSync(join(root, 'test/clusters'))
    .sort()
    .map((file) => {
      const text = contentOf(`test/clusters/${file}`);
      const lines = text.split('\n');
      const words = lines.slice(
        0,
        lines.findIndex((line) => !line.startsWith('# ')),
      );
      const { zone, service } = parse(text) as { zone: Record<string, unknown>; service: object };
      const said = Object.fromEntries(Object.entries(zone).filter(([, value]) => value !== null));

      const name = file.replace(/\.yaml$/, '');
      const documents = [zoneOn(name, said), serviceOn(name, service)].map((one) => stringify(one, { lineWidth: 0 }));

      return `${words.map((line) => line.slice(2)).join('\n')}\n\n${fenced('yaml', documents.join('---\n'))}`;
    })
    .join('\n\n');

/** What pages show of the code and the examples, by name. */
const parts: Record<string, () => string> = {
  service: () => fenced('yaml', contentOf('examples/squads/galaxy/billing.yaml')),
  conditions: () =>
    [
      '| condition | status | reason | message |',
      '|---|---|---|---|',
      // What machines read says nothing more to people.
      ...exampleStatus()
        .conditions.filter(({ type }) => type !== 'Reconciling' && type !== 'Stalled')
        .map(({ type, status, reason, message }) => `| ${type} | ${status} | ${reason} | ${message} |`),
    ].join('\n'),
  status: () => fenced('yaml', stringify({ status: { zones: exampleStatus().zones } }, { lineWidth: 0 })),
  'plan-new-service': () => plan('new-service'),
  'plan-change': () => plan('change-in-production'),
  'plan-removal': () => plan('removal'),
  'plan-restore': () => plan('restore'),
  'squad-names': () => `${squadRule}.`,
  deployment: () => fenced('yaml', contentOf('examples/connect/deployment.yaml')),
  'first-row': () => fenced('yaml', contentOf('examples/connect/first-row.yaml')),
  environment: () => fenced('yaml', contentOf('examples/connect/environment.yaml')),
  clusters,
  reasons: refusalTable,
  alerts: alertRunbook,
  'refusals-said': refusalsSaid,
  'conditions-said': conditionsSaid,
  runbook,
  faults: faultTable,
};

/** The pages written by hand that have rendered parts in them. */
export const pages = [
  'README.md',
  'apis/README.md',
  'examples/README.md',
  'examples/connect/README.md',
  'package/install/README.md',
  'test/cluster/faults/README.md',
];

/**
 * A page with its rendered parts as they are now: each stands between `<!-- rendered: name -->` and `<!-- end -->`.
 *
 * @throws Error if a page asks for a part that there is not
 */
export const renderedPage = (path: string): string =>
  readFileSync(join(root, path), 'utf8').replaceAll(
    /(<!-- rendered: (\S+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => {
      const part = name.startsWith(programPrefix) ? () => program(name.slice(programPrefix.length)) : parts[name];
      if (part === undefined)
        throw new Error(`${path} asks for "${name}": expected one of ${Object.keys(parts).join(', ')}`);

      return `${start}${part()}\n${end}`;
    },
  );
