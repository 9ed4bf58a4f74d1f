import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { KubernetesObject } from '../functions/objects/resource.ts';
import { statuses } from '../functions/round/condition.ts';
import { simulate } from '../functions/simulation/simulate.ts';

const examples = join(import.meta.dirname, '../examples');
const read = (path: string): KubernetesObject => parse(readFileSync(join(examples, path), 'utf8'));

/** What the cluster says about the example's Service once all is there, from a simulated control plane. */
export const exampleStatus = () => {
  const zone = { ...read('platform/zones/frontier.yaml'), status: { conditions: [{ type: 'Ready', status: 'True' }] } };
  const { response } = simulate(read('squads/galaxy/billing.yaml'), [zone, read('platform/squads/galaxy.yaml')]);
  const wordOf = Object.fromEntries(Object.entries(statuses).map(([word, status]) => [status, word]));
  const composite = response.desired?.composite?.resource as KubernetesObject | undefined;

  return {
    conditions: response.conditions.map((condition) => ({ ...condition, status: wordOf[condition.status] ?? '' })),
    zones: composite?.status?.zones,
  };
};
