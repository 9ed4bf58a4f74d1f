import type { Attempt } from './attempts.ts';

/** Where what Squadkit needs lies, and nothing of others: the policy of each closes the namespace itself too. */
const closedPlaces = [
  'squadkit-system',
  'squadkit-delivery',
  'squadkit-deployers',
  'squadkit-backups',
  'squadkit-janitor',
];

/** A namespace that carries our marks may get labels and annotations of others. */
export const otherMarks = ({ resource, change, target }: Attempt) =>
  resource === 'namespaces' &&
  !closedPlaces.includes(target) &&
  ['annotation', 'label', 'replaced', 'applied'].includes(change);

/** Groups whose kinds are written by Git alone. */
export const ours = /(^|\.)(squadkit|crossplane)\.io$/;
/** What decides which programs Crossplane runs. */
export const installs = /^(apiextensions|ops|pkg)\.crossplane\.io$/;

/** The namespaces of Services on the cluster aqua. */
export const servicePlaces = ['galaxy-billing', 'quasar-catalog'];
const platformPlaces = [
  'squadkit-system',
  'squadkit-delivery',
  'squadkit-backups',
  'squadkit-janitor',
  'crossplane-system',
  'flux-system',
];
const squads = ['galaxy', 'quasar'];
const platformKinds = ['apiextensions.k8s.io', 'apiregistration.k8s.io', 'rbac.authorization.k8s.io'];

/**
 * What comes from Git: documents, packages and what they need, and the platform's own namespaces; but no mark of ours.
 * So the record of a squad's name is not Git's. A ConfigMap of that name without our label may come before it, and says
 * nothing: functions/squad/record.ts reads none without the label, and Crossplane 2.3.4 then applies label and fields with
 * force (composition_functions.go). A field that stays besides says no more than Git may write into the Squad as inherits.
 */
export const byGit = ({
  group,
  resource,
  subresource,
  namespace,
  target,
  change,
  isMarked,
  isDeletion,
}: Attempt): boolean => {
  if (group === 'squadkit.io')
    return subresource === '' && !['owner', 'finalizer', 'paused', 'external', 'linked'].includes(change);
  if (isMarked || ['mark', 'deliver otherwise'].includes(change)) return false;
  if (target === 'squadkit-writers') return !isDeletion && change !== 'everybody';
  if (
    installs.test(group) ||
    // In a squad's namespace they are Crossplane's.
    (group === 'kustomize.toolkit.fluxcd.io' && !squads.includes(namespace ?? '')) ||
    (platformKinds.includes(group) && namespace === undefined)
  )
    return true;

  // Managed resources are Crossplane's, in whatever namespace.
  if (ours.test(group)) return false;

  return platformPlaces.includes(namespace ?? (resource === 'namespaces' ? target : ''));
};

/** What a provider may: managed resources, and plain objects that are not the list of writers. */
export const machine = ({ group, resource, subresource, namespace, target }: Attempt): boolean => {
  if (['squadkit-delivery', 'squadkit-janitor'].includes(namespace ?? '')) return false;
  if (namespace === 'squadkit-backups')
    return ['cronjobs', 'configmaps', 'secrets'].includes(resource) && subresource === '';
  if (ours.test(group)) return !installs.test(group) && group !== 'squadkit.io';

  return (
    ['secrets', 'configmaps', 'events', 'leases'].includes(resource) &&
    namespace !== undefined &&
    target !== 'squadkit-writers' &&
    // Which of Flux's programs leads is Flux's own.
    !(resource === 'leases' && namespace === 'flux-system')
  );
};
