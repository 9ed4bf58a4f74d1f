import { absent } from '../../../functions/ownership/sight.ts';
import { unknownCreation } from '../../../functions/waiting/resume.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import type { KubernetesObject } from '../../control-plane/objects.ts';

/**
 * Whether the warning tells of something that failed. It does not where a provider read a copy from before its own last
 * writes and found a creation in it of which it did not know the result: the status it then writes conflicts, and it
 * reads again (crossplane-runtime v2.2.1, reconciler.go:1041-1047). That happens on busy machines. The creation itself
 * must have been recorded as a success, and never have been called failed.
 *
 * Nor does it where a database was looked for before it is made, and there was none.
 */
export const isFailure = (message: string, object: KubernetesObject | undefined): boolean => {
  const annotations = object?.metadata.annotations ?? {};
  const [pending = '', succeeded = '', failed] = ['pending', 'succeeded', 'failed'].map(
    (result) => annotations[`crossplane.io/external-create-${result}`],
  );

  if (absent.endsWith(`: ${message}`)) return false;

  return !unknownCreation.test(message) || failed !== undefined || succeeded === '' || succeeded < pending;
};

/** What went wrong with what these Services compose, a sentence each. */
export const failuresOf = async ({ hub }: ControlPlane, services: KubernetesObject[]): Promise<string[]> => {
  const events = await hub.list('v1', 'Event', { fieldSelector: 'type=Warning' });
  const warnings = events.filter(({ involvedObject }) =>
    services.some(
      ({ metadata }) =>
        involvedObject.namespace === metadata.namespace && involvedObject.name.startsWith(`${metadata.name}.`),
    ),
  );
  const sentences = await Promise.all(
    warnings.map(async ({ message, involvedObject: { apiVersion, kind, name, namespace = '' } }) => {
      const object = await hub.get({ apiVersion, kind, metadata: { name, namespace } });
      return isFailure(message, object) ? [`${kind} ${name}: ${message}`] : [];
    }),
  );

  return sentences.flat();
};
