/**
 * How Flux tells what became of a Service (spec.healthCheckExprs, kustomize-controller 1.9): the same in CEL as
 * package/install/gitops/flux-health-checks.yaml, which `npm run test:health` asks Flux's own evaluator about. Without it a
 * document that nobody has looked at yet counts as done, and one that is refused does not fail the delivery.
 */
export const serviceHealth = {
  apiVersion: 'squadkit.io/v1alpha1',
  kind: 'Service',
  inProgress: 'has(metadata.deletionTimestamp) || !has(metadata.finalizers)',
  failed: [
    "status.?conditions.orValue([]).exists(c, c.type == 'Synced' && c.?observedGeneration.orValue(0) == metadata.generation)",
    "&& status.?conditions.orValue([]).exists(c, c.type == 'Stalled' && c.status == 'True')",
  ].join(' '),
  current: [
    'status.?observedGeneration.orValue(0) == metadata.generation',
    "&& ['Reconciling', 'Stalled'].all(type, status.?conditions.orValue([]).exists(c, c.type == type && c.status == 'False'))",
    "&& status.?conditions.orValue([]).exists(c, c.type == 'Ready' && c.status == 'True'",
    '&& c.?observedGeneration.orValue(0) == metadata.generation)',
  ].join(' '),
};
