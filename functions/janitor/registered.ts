import type { KubernetesObject } from '../objects/resource.ts';
import { zonesByName } from '../zone/read.ts';
import { reasonOf } from './failure.ts';
import type { Hub } from './hub.ts';
import { namedBy, type Target, targetOf } from './target.ts';

/** The servers that Zones name: those that can be reached, and of the others why not, by name. */
export interface Registered {
  targets: Target[];
  problems: Record<string, string>;
}

/**
 * The servers of all Zones, each by the document that is in force. A Secret that cannot be read now is a problem of its
 * server only. Rejects when the Zones cannot be read.
 */
export const registeredOn = async (hub: Hub): Promise<Registered> => {
  const named = [...zonesByName(await hub.zones()).values()].flatMap(namedBy);
  const secrets = new Map<string, Promise<KubernetesObject | undefined>>();
  const secretOf = (name: string) => {
    const found = secrets.get(name) ?? hub.secret(name);
    secrets.set(name, found);

    return found;
  };
  const found = await Promise.all(
    named.map(async (server): Promise<{ target: Target } | { name: string; problem: string }> => {
      try {
        return { target: targetOf(server, await secretOf(server.secret)) };
      } catch (error) {
        return { name: server.name, problem: reasonOf(error) };
      }
    }),
  );

  return {
    targets: found.flatMap((one) => ('target' in one ? [one.target] : [])),
    problems: Object.fromEntries(found.flatMap((one) => ('problem' in one ? [[one.name, one.problem]] : []))),
  };
};
