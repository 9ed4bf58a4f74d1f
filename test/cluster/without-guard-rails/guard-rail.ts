import type { World } from '../attacks/world.ts';

/** Something that holds an attack back, and how to take it away for a moment on a running control plane. */
export interface GuardRail {
  /** Where it comes from: the file of package/install, or what composes it. */
  from: string;
  name: string;
  /** What attacks it could be that notice: those at the API servers, or those at the PostgreSQL server. */
  layer: 'Kubernetes' | 'PostgreSQL';
  remove(world: World): Promise<unknown>;
  restore(world: World): Promise<unknown>;
}
