import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '../../control-plane/objects.ts';

const folder = join(import.meta.dirname, '../../recorded/health');

/** What differs from run to run and says nothing of health. */
const withoutNoise = ({ metadata, ...object }: KubernetesObject): object => {
  const { managedFields: _, uid: __, resourceVersion: ___, ...rest } = metadata;
  const link = object.spec?.crossplane === undefined ? {} : { spec: { ...object.spec, crossplane: {} } };

  return { ...object, metadata: rest, ...link };
};

/**
 * Keeps an object as it is on the hub, in a state that has a name, for `npm run test:health`: only when SQUADKIT_RECORD=1
 * asks for it.
 */
export const record = (state: string, object: KubernetesObject | undefined): void => {
  if (process.env.SQUADKIT_RECORD !== '1' || object === undefined) return;
  mkdirSync(folder, { recursive: true });
  const text = `${JSON.stringify(withoutNoise(object), null, 2)}\n`;
  writeFileSync(join(folder, `${object.kind.toLowerCase()}-${state}.json`), text);
};
