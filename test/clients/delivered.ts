import { startControlPlane } from '../control-plane/control-plane.ts';
import { applyExamples } from '../control-plane/examples.ts';
import { isTrue } from '../control-plane/objects.ts';
import { testStates } from '../control-plane/state.ts';
import { admitted } from './admission.ts';
import type { Migrated } from './migration.ts';
import type { Secret } from './room.ts';

const billing = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  metadata: { name: 'billing', namespace: 'galaxy' },
};

/**
 * A control plane with the examples, the Secrets that it delivered for the Service billing on its cluster, by name, and
 * what its API servers say of Zones and of the example's workload.
 */
export const startDelivered = async (): Promise<{
  secrets: Record<string, Secret>;
  /** It is registered by its name. */
  addressed: undefined;
  admission: Migrated[];
  stop: () => Promise<void>;
}> => {
  const controlPlane = await startControlPlane({ stateDirectory: testStates[0] as string });
  const { hub, aqua } = controlPlane;
  try {
    await applyExamples(controlPlane);
    await hub.waitFor(billing, (service) => isTrue(service, 'Ready'), { what: 'Ready', seconds: 180 });
    const delivered = async (name: string): Promise<Secret> => {
      const found = await aqua.get({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: 'galaxy-billing' },
      });
      return Object.fromEntries(
        Object.entries((found?.data ?? {}) as Record<string, string>).map(([key, value]) => [
          key,
          Buffer.from(value, 'base64').toString(),
        ]),
      );
    };
    const secrets = { spike: await delivered('spike'), 'spike.migrator': await delivered('spike.migrator') };

    return { secrets, addressed: undefined, admission: await admitted(controlPlane), stop: () => controlPlane.stop() };
  } catch (error) {
    await controlPlane.stop();
    throw error;
  }
};
