import type { KubernetesObject } from '../../control-plane/objects.ts';
import { serviceOf } from './platform.ts';

/** A Squad that may use every Zone, unless it says otherwise. */
export const squadOf = (name: string, spec: object = {}): KubernetesObject => ({
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Squad',
  metadata: { name },
  spec: { zoneSelector: { matchLabels: {} }, ...spec },
});

/** The squad that Flux delivers, its Service, and where that lies in Git. */
export const nova = squadOf('gitnova');
export const shop = serviceOf('gitnova', 'shop', 'meadow');
export const shopFile = 'squads/gitnova/shop.yaml';

/** The shop with so many connections. */
export const withConnections = (connections: number): KubernetesObject =>
  serviceOf('gitnova', 'shop', 'meadow', { postgres: { connections } });
