import type { KubernetesService } from './settings.ts';

interface Size {
  quota: Record<string, string>;
  /** Limits and requests of a container that states none. */
  limit: Record<string, string>;
  request: Record<string, string>;
}

const size = (cpu: number, pods: number): Size => ({
  quota: {
    'requests.cpu': `${cpu}`,
    'requests.memory': `${cpu * 2}Gi`,
    'limits.memory': `${cpu * 4}Gi`,
    pods: `${pods}`,
    persistentvolumeclaims: `${cpu + 1}`,
    'services.loadbalancers': '0',
    'services.nodeports': '0',
  },
  limit: { memory: '256Mi' },
  request: { cpu: '50m', memory: '128Mi' },
});

/** What a namespace of each size may use. */
export const sizes: Record<KubernetesService['size'], Size> = {
  small: size(4, 40),
  medium: size(8, 80),
  large: size(16, 160),
};
