import {
  type Condition as ProtocolCondition,
  Ready,
  type Resource,
  type RunFunctionRequest,
  type RunFunctionResponse,
  Severity,
  Target,
} from '@crossplane-org/function-sdk-typescript';
import { mapValues } from '../objects/record.ts';
import type { KubernetesObject } from '../objects/resource.ts';
import type { Answer, Requirements } from './answer.ts';
import { type Condition, statuses } from './condition.ts';

const resource = (object: KubernetesObject | undefined, ready: boolean): Resource => ({
  resource: object,
  connectionDetails: {},
  ready: ready ? Ready.READY_TRUE : Ready.READY_FALSE,
});

/** Conditions as the protocol has them, on the composite resource. */
export const writeConditions = (conditions: Condition[]): ProtocolCondition[] =>
  conditions.map(({ type, status, reason, message }) => ({
    type,
    status: statuses[status],
    reason,
    message,
    target: Target.TARGET_COMPOSITE,
  }));

/**
 * The only place where a response is made. What earlier pipeline steps desire is passed through.
 *
 * Resources are assigned, not merged by the SDK's helpers: those would append to lists that are already there.
 */
export const writeAnswer = (
  request: RunFunctionRequest,
  composite: KubernetesObject,
  answer: Answer,
  requirements: Requirements,
): RunFunctionResponse => ({
  meta: { tag: request.meta?.tag ?? '', ttl: { seconds: Math.floor(answer.ttl), nanos: (answer.ttl % 1) * 1e9 } },
  desired: {
    composite: resource(
      answer.status && { apiVersion: composite.apiVersion, kind: composite.kind, status: answer.status },
      answer.ready,
    ),
    resources: {
      ...request.desired?.resources,
      ...mapValues(answer.resources ?? {}, ({ object, ready }) => resource(object, ready)),
    },
  },
  requirements: { resources: requirements, extraResources: {}, schemas: {} },
  conditions: writeConditions(answer.conditions),
  results: answer.refusal
    ? [
        {
          severity: Severity.SEVERITY_FATAL,
          reason: answer.refusal.reason,
          message: answer.refusal.message,
          target: Target.TARGET_COMPOSITE,
        },
      ]
    : [],
  ...(request.context && { context: request.context }),
});

/** Ends a round of something that is none of ours: what earlier steps desire is passed through, and its state is not told. */
export const writeNotOurs = (request: RunFunctionRequest, action: Condition): RunFunctionResponse => ({
  meta: { tag: request.meta?.tag ?? '', ttl: { seconds: 60, nanos: 0 } },
  desired: request.desired,
  requirements: undefined,
  conditions: writeConditions([action]),
  results: [{ severity: Severity.SEVERITY_FATAL, message: action.message, target: Target.TARGET_COMPOSITE }],
  ...(request.context && { context: request.context }),
});

/** Asks for resources and decides nothing yet: Crossplane calls again with them in the same reconcile. */
export const writeRequirements = (request: RunFunctionRequest, requirements: Requirements): RunFunctionResponse => ({
  meta: { tag: request.meta?.tag ?? '', ttl: { seconds: 1, nanos: 0 } },
  desired: request.desired,
  requirements: { resources: requirements, extraResources: {}, schemas: {} },
  conditions: [],
  results: [],
  ...(request.context && { context: request.context }),
});
