/** A volume, and where a container has it. */
interface Mounted {
  volume: { name: string } & Record<string, unknown>;
  mountPath: string;
  readOnly?: true;
}

/** A Secret as files, of which a pod reads. `items` are the keys that it gets; all of them if left out. */
export const secretAt = (
  name: string,
  mountPath: string,
  secret: { secretName: string; items?: { key: string; path: string }[] },
): Mounted => ({ volume: { name, secret: { ...secret, defaultMode: 0o440 } }, mountPath, readOnly: true });

/** So much room on a node, in GiB, which goes with the pod. */
export const roomAt = (name: string, mountPath: string, gibibytes: number): Mounted => ({
  volume: { name, emptyDir: { sizeLimit: `${gibibytes}Gi` } },
  mountPath,
});

/**
 * The pod of a program in the namespace of backups, with what no pod there may lack. Its ServiceAccount is called as it is.
 *
 * @param container `memory` is what it asks for, and what it gets at the most
 */
export const podFor = (
  program: 'backup' | 'drill' | 'restore',
  {
    memory: [least, most],
    ...container
  }: { image: string; command?: string[]; args: string[]; memory: [string, string] },
  mounted: Mounted[],
): object => ({
  ...{ restartPolicy: 'Never', serviceAccountName: program, automountServiceAccountToken: true },
  ...{ enableServiceLinks: false, terminationGracePeriodSeconds: 30 },
  securityContext: {
    ...{ runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532 },
    seccompProfile: { type: 'RuntimeDefault' },
  },
  containers: [
    {
      ...{ name: program, ...container },
      resources: { requests: { cpu: '50m', memory: least }, limits: { memory: most } },
      securityContext: {
        ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
        capabilities: { drop: ['ALL'] },
      },
      volumeMounts: mounted.map(({ volume: { name }, mountPath, readOnly }) => ({
        ...{ name, mountPath },
        ...(readOnly && { readOnly }),
      })),
    },
  ],
  volumes: mounted.map(({ volume }) => volume),
});
