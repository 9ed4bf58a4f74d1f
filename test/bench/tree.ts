import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { documentsIn } from '../support/examples.ts';

/** Files by path: a platform repository with so many Services of 50 squads in 5 zones, all like the example's. */
export const platformRepository = (services: number): Map<string, string> => {
  const zone = documentsIn('examples/platform/zones').find(({ metadata }) => metadata?.name === 'frontier');
  const zones = ['alps', 'baltic', 'cascade', 'delta', 'everest'];
  const squads = Array.from({ length: 50 }, (_, index) => `squad${String(index).padStart(2, '0')}`);
  const files = new Map<string, string>();
  for (const name of zones) {
    // Servers large enough for all of them, which still has to be counted.
    const registered = stringify({ ...zone, metadata: { name } }).replace('total: 950', 'total: 1000000');
    files.set(`platform/zones/${name}.yaml`, registered);
  }
  for (const name of squads) {
    const spec = { zoneSelector: {}, limits: { services: 500 } };
    const squad = { apiVersion: 'squadkit.io/v1alpha1', kind: 'Squad', metadata: { name }, spec };
    files.set(`platform/squads/${name}.yaml`, stringify(squad));
  }
  for (let index = 0; index < services; index += 1) {
    const namespace = squads[index % squads.length] ?? '';
    const name = `service-${index}`;
    const components = [
      { name: 'spike', provider: 'postgres' },
      { name: 'aqua', provider: 'kubernetes' },
    ];
    const service = {
      apiVersion: 'squadkit.io/v1alpha1',
      kind: 'Service',
      metadata: { name, namespace },
      spec: { zones: [{ name: zones[index % zones.length], components }] },
    };
    files.set(`squads/${namespace}/${name}.yaml`, stringify(service));
  }

  return files;
};

/** Writes files below a directory. */
export const writeFiles = (root: string, files: Map<string, string>): void => {
  for (const [path, content] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
};
