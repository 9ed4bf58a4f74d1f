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

/** Of what takes too long another try would take as long: the exit status of a program says so. */
export const tookTooLong = 3;

/** For how many minutes a backup may go on. */
export const mostBackupMinutes = 350;

/** A node may take so much longer to start a pod, and to end it, in seconds. */
const around = 600;

/** Only so many pods run there at a time (package/install/hub/backups.yaml): for so long a Job waits for its place, in seconds. */
const mostWaiting = 12 * 3600;

/**
 * What a Job there says of its pod. How long a program may run is counted from the start of its pod: the time that it waited for
 * a place is not taken from it.
 *
 * @param minutes after which the program ends by itself
 * @param retries how often a failure is tried again; what a node that is drained ends is none
 */
export const jobFor = (pod: object, { minutes, retries }: { minutes: number; retries: number }): object => ({
  ...{ backoffLimit: retries, activeDeadlineSeconds: minutes * 60 + around + mostWaiting },
  podFailurePolicy: {
    rules: [
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      { action: 'FailJob', onExitCodes: { operator: 'In', values: [tookTooLong] } },
    ],
  },
  template: { spec: { ...pod, activeDeadlineSeconds: minutes * 60 + around } },
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
