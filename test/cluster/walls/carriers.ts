import type { KubernetesObject } from '../../control-plane/objects.ts';
import { containerOf } from '../support/container.ts';
import type { Reach } from './reaches.ts';

const template = ({ spec, container, annotations, finalizers, labels }: Reach, more: object = {}) => ({
  metadata: {
    labels: { app: 'web', ...labels },
    ...(annotations && { annotations }),
    ...(finalizers && { finalizers }),
  },
  spec: { containers: [{ ...containerOf('web'), ...container }], ...spec, ...more },
});
const selector = { matchLabels: { app: 'web' } };

/** Every kind that has a pod in it. */
export const carriers: Record<string, (reach: Reach) => KubernetesObject> = {
  pods: (reach) => ({ apiVersion: 'v1', kind: 'Pod', ...template(reach) }) as unknown as KubernetesObject,
  deployments: (reach) =>
    ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: { selector, template: template(reach) },
    }) as unknown as KubernetesObject,
  statefulsets: (reach) =>
    ({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      spec: { selector, serviceName: 'web', template: template(reach) },
    }) as unknown as KubernetesObject,
  jobs: (reach) =>
    ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      spec: { template: template(reach, { restartPolicy: 'Never' }) },
    }) as unknown as KubernetesObject,
  cronjobs: (reach) =>
    ({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      spec: { schedule: '0 0 * * *', jobTemplate: { spec: { template: template(reach, { restartPolicy: 'Never' }) } } },
    }) as unknown as KubernetesObject,
};

const managed = { template: template({ what: '' }, { restartPolicy: 'Never' }) };
/** Whoever looks after Jobs, and what else a Job or a CronJob says. */
export const jobCases: [resource: string, what: string, body: object, isAllowed: boolean][] = [
  ['example.org/queue', false] as const,
  ['kubernetes.io/job-controller', true] as const,
].flatMap(([managedBy, isAllowed]): (typeof jobCases)[number][] => [
  [
    'jobs',
    `be looked after by ${managedBy}`,
    { apiVersion: 'batch/v1', kind: 'Job', spec: { ...managed, managedBy } },
    isAllowed,
  ],
  [
    'cronjobs',
    `be looked after by ${managedBy}`,
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      spec: { schedule: '0 0 * * *', jobTemplate: { spec: { ...managed, managedBy } } },
    },
    isAllowed,
  ],
]);
