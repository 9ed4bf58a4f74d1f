import type { KubernetesObject } from '../../objects/resource.ts';
import { type Expected, equals, isOneOf, ownName } from './expected.ts';

/** Kinds that somebody outside keeps true. */
const managed = /^(Object|Database|DefaultPrivileges|Extension|Grant|Role|Schema)$/;

/**
 * What API servers, their controllers and Crossplane write by themselves into what Squadkit makes: seen in the answers of real
 * ones (Kubernetes 1.35, Crossplane 2.3), or a default of the kind's schema (test/contract/crds).
 */
export const serverMade: readonly Expected[] = [
  { kinds: /./, path: /^status$/ },
  {
    kinds: /./,
    path: /^metadata\.(uid|resourceVersion|generation|creationTimestamp|managedFields|generateName|deletionTimestamp|deletionGracePeriodSeconds|finalizers|ownerReferences)$/,
  },
  { kinds: /./, path: /^metadata\.(labels|annotations)$/, is: equals({}) },
  // What a pause means is told on its own.
  { kinds: managed, path: /^metadata\.annotations\.crossplane\.io\/paused$/ },
  {
    kinds: /./,
    path: /^metadata\.annotations\.(crossplane\.io\/(external-name|external-create-(pending|succeeded|failed)|composition-resource-name|reconcile-requested-at)|kubectl\.kubernetes\.io\/last-applied-configuration)$/,
  },
  // When a login was first seen to work, which Squadkit notes and Git does not know.
  { kinds: /^Role$/, path: /^metadata\.annotations\.squadkit\.io\/(arrived|answers)$/ },
  // When a provider was last asked to try again: it stays when that has worked (waiting/wake.ts).
  { kinds: managed, path: /^metadata\.annotations\.squadkit\.io\/try-again$/ },
  { kinds: /^ClusterUsage$/, path: /^metadata\.annotations\.crossplane\.io\/usage-details$/ },
  { kinds: /./, path: /^metadata\.labels\.crossplane\.io\/composite$/ },
  { kinds: managed, path: /^spec\.managementPolicies$/, is: equals(['*']) },
  { kinds: managed, path: /^spec\.providerConfigRef\.kind$/, is: equals('ClusterProviderConfig') },
  { kinds: managed, path: /^spec\.forProvider\.\w+(Ref|Selector)\.policy\.resolution$/, is: equals('Required') },
  { kinds: /^Object$/, path: /^spec\.readiness\.policy$/, is: equals('SuccessfulCreate') },
  { kinds: /^Object$/, path: /^spec\.watch$/, is: equals(false) },
  { kinds: /^Schema$/, path: /^spec\.forProvider\.dropBehavior$/, is: equals('RESTRICT') },
  ownName,
  { kinds: /^Namespace$/, path: /^spec(\.finalizers)?$/, is: (value) => /kubernetes/.test(JSON.stringify(value)) },
];

/** Whether something that nobody asked for was written by a server, by its path in an object. */
export const isServerMade =
  (owner: KubernetesObject) =>
  (path: string, value: unknown): boolean =>
    isOneOf(serverMade, path, value, owner);
