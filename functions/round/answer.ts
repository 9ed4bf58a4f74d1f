import type { ResourceSelector } from '@crossplane-org/function-sdk-typescript';
import type { KubernetesObject } from '../objects/resource.ts';
import type { Condition } from './condition.ts';
import type { Refusal } from './refusal.ts';

/** What the stages produce; `write` turns it into the response. */
export interface Answer {
  /** Everything that must exist after this round. Undefined in a refusal: nothing is applied, nothing is deleted. */
  resources?: Record<string, { object: KubernetesObject; ready: boolean }>;
  /** The whole document is refused. */
  refusal?: Refusal;
  conditions: Condition[];
  status?: Record<string, unknown>;
  ready: boolean;
  /** Seconds until the next call if nothing happens before. */
  ttl: number;
}

/** Keys and selectors of the resources that a stage needs to see. */
export type Requirements = Record<string, ResourceSelector>;
