import type { Attack } from './attack.ts';
import { type RequestAttempt, requests } from './request.ts';

const roles = '/apis/rbac.authorization.k8s.io/v1';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** What decides which kinds the hub has, and who may do what with them. */
const onHub: RequestAttempt[] = [
  // Guard rail: only-git-installs
  ['remove the kind Zone, and every Zone with it', 'DELETE', `${definitions}/zones.squadkit.io`],
  [
    'give the kind Service another name',
    'PATCH',
    `${definitions}/services.squadkit.io`,
    { spec: { names: { shortNames: ['mine'] } } },
  ],
  [
    'answer for the kinds of Squadkit by a server of its own',
    'PATCH',
    '/apis/apiregistration.k8s.io/v1/apiservices/v1alpha1.squadkit.io',
    { spec: { service: { name: 'mine', namespace: 'default', port: 443 }, insecureSkipTLSVerify: true } },
  ],
  // Guard rail: only-git-installs
  [
    'let every member of a squad read Secrets',
    'PATCH',
    `${roles}/clusterroles/squadkit:reader`,
    { rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }] },
  ],
];

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** A role whose rules every deployer gets. */
const given = (name: string, ...rules: Rule[]) => ({
  metadata: { name, labels: { 'squadkit.io/aggregate-to-deployer': 'true' } },
  rules,
});
const rule = (apiGroup: string, resource: string, ...verbs: string[]): Rule => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs,
});

/** What decides how much squads, and Squadkit itself, may do on aqua. */
const onAqua: RequestAttempt[] = [
  // Guard rail: kubernetes-locks-hold
  [
    'let every deployer read Secrets',
    'PATCH',
    `${roles}/clusterroles/squadkit:deployer-base`,
    { rules: [rule('', 'secrets', 'get')] },
  ],
  [
    'give squads a kind more',
    'POST',
    `${roles}/clusterroles`,
    given('squadkit:widgets', rule('widgets.example.org', 'widgets', 'create')),
  ],
  ["take Squadkit's rights away", 'DELETE', `${roles}/clusterrolebindings/squadkit`],
];

/** What even the platform does not give to squads, because nobody could hold it back afterwards. */
const tooMuch: RequestAttempt[] = [
  // Guard rail: kubernetes-deployer
  [
    'let squads make rights',
    'POST',
    `${roles}/clusterroles`,
    given('squadkit:more', rule('rbac.authorization.k8s.io', 'rolebindings', 'create')),
  ],
  [
    'let squads read every Secret of theirs',
    'POST',
    `${roles}/clusterroles`,
    given('squadkit:more', rule('', 'secrets', 'get')),
  ],
  // Guard rail: kubernetes-deployer
  [
    'give squads whatever kinds may come',
    'POST',
    `${roles}/clusterroles`,
    given('squadkit:more', rule('*', '*', 'get', 'create')),
  ],
  [
    'have another controller do for squads what they may not',
    'POST',
    `${roles}/clusterroles`,
    given('squadkit:more', rule('kustomize.toolkit.fluxcd.io', 'kustomizations', 'create')),
  ],
];

/** On which kinds there are, and which of them squads get. */
export const kindAttacks: Attack[] = [
  ...requests(
    'an administrator of the hub whom nobody named',
    ({ controlPlane }) => controlPlane.hub.as('mallory', ['attacks:administrators']),
    onHub,
  ),
  ...requests(
    'an administrator of aqua whom nobody named',
    ({ controlPlane }) => controlPlane.aqua.as('mallory', ['attacks:administrators']),
    onAqua,
  ),
  ...requests('the platform of aqua', ({ controlPlane }) => controlPlane.aqua, tooMuch),
];
