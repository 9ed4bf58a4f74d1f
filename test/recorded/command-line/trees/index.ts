import type { Tree } from '../tree.ts';
import { changes } from './changes.ts';
import { files } from './files.ts';
import { platform } from './platform.ts';
import { services } from './services.ts';
import type { OddTree } from './tree.ts';

/** Every odd tree by name, each a small change of the examples. */
export const trees: Record<string, OddTree> = { ...services, ...platform, ...files, ...changes };

const evidenceRuns = (service: string): string[][] =>
  ['text', 'markdown', 'json'].map((format) => ['evidence', service, 'tree', '--format', format]);

const planRuns = (compared: string[]): string[][] =>
  ['text', 'markdown', 'json'].map((format) => ['plan', 'tree', ...compared, '--format', format]);

/** What is asked about an odd tree. */
export const runsFor = ({ base }: Tree, evidence: string[]): string[][] => [
  ...planRuns(base === undefined ? [] : ['--base', typeof base === 'string' ? base : 'base']),
  ['validate', 'tree'],
  ['validate', 'tree', '--format', 'json'],
  ['codeowners', 'tree'],
  ...evidence.flatMap(evidenceRuns),
];

/** What is asked about the examples: everything that there is to ask. */
export const examplesRuns: string[][] = [
  ...runsFor({ files: {} }, ['galaxy/billing', 'quasar/catalog']),
  ['plan', 'tree', '--resources'],
  ['plan', 'tree', '--fail-on', 'routine'],
  ['plan', 'tree', '--squad', 'quasar'],
  ['plan', 'tree', '--service', 'billing'],
  ['plan', 'tree', '--service', 'nobody'],
  ['plan', 'tree', '--squad', 'nobody'],
  ['plan', 'tree/squads'],
  ['plan', 'tree/squads', '--platform', 'tree/platform'],
  ['plan', 'tree', '--base', 'main'],
  ['plan', 'tree/nowhere'],
  ['codeowners', 'tree', '--check', 'tree/.github/CODEOWNERS'],
  ['codeowners', 'tree', '--check', 'tree/approvals.yaml'],
  ['resources', 'tree'],
  ['evidence', 'billing', 'tree'],
  ['evidence', 'galaxy/nobody', 'tree'],
  ['evidence', 'galaxy/billing', 'tree', '--context', 'hub'],
  [],
  ['paln'],
  ...['plan', 'validate', 'codeowners', 'evidence'].map((command) => [command, '--help']),
];
