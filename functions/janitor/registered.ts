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
 * The servers of all Zones, each by the document that is in force. A Secret that is not there, or not what it should be, is a
 * problem of its server only; where it cannot be read at the moment the server is reached as it was before. Rejects when the
 * Zones cannot be read.
 */
export const registeredOn = async (hub: Hub, before: readonly Target[] = []): Promise<Registered> => {
  const named = [...zonesByName(await hub.zones()).values()].flatMap(namedBy);
  const secrets = new Map<string, Promise<KubernetesObject | undefined>>();
  const secretOf = (name: string) => {
    const found = secrets.get(name) ?? hub.secret(name);
    secrets.set(name, found);

    return found;
  };
  const found = await Promise.all(
    named.map(async (server): Promise<{ target: Target } | { name: string; problem: string }> => {
      const known = before.find((one) => one.name === server.name && one.secret === server.secret);
      let secret: KubernetesObject | undefined;
      try {
        secret = await secretOf(server.secret);
      } catch (error) {
        return known === undefined
          ? { name: server.name, problem: reasonOf(error) }
          : { target: { ...known, ...server } };
      }
      try {
        return { target: targetOf(server, secret) };
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
