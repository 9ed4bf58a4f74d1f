import type { Cluster } from '../../control-plane/kubernetes.ts';
import { isTrue } from '../../control-plane/objects.ts';
import { openDefinition } from './definition.ts';

/** Other kinds than Ingress that say which hosts lead where, as OpenShift and the Gateway API call them. */
const kinds = [
  ['route.openshift.io', 'Route'],
  ['gateway.networking.k8s.io', 'HTTPRoute'],
  ['gateway.networking.k8s.io', 'GRPCRoute'],
  ['gateway.networking.k8s.io', 'TLSRoute'],
] as const;

const pluralOf = (kind: string) => `${kind.toLowerCase()}s`;

/** Without a word about who approved it the API server takes no kind of a group of Kubernetes' own community. */
const approval = { 'api-approved.kubernetes.io': 'unapproved, for tests' };

/** Lets a cluster know these kinds. */
export const serveRoutes = async (cluster: Cluster): Promise<void> => {
  const definitions = kinds.map(([group, kind]) => {
    const definition = openDefinition(group, kind);
    return { ...definition, metadata: { ...definition.metadata, annotations: approval } };
  });
  for (const definition of definitions) await cluster.apply(definition);
  for (const definition of definitions) {
    await cluster.waitFor(definition, (found) => isTrue(found, 'Established'), { what: 'established' });
  }
};

type Try = [resource: string, what: string, body: object, isAllowed?: true];

const route = (spec: object, annotations?: Record<string, string>) => ({
  apiVersion: 'route.openshift.io/v1',
  kind: 'Route',
  metadata: { ...(annotations && { annotations }) },
  spec: { to: { kind: 'Service', name: 'web' }, ...spec },
});

const gatewayRoute = (kind: string, spec: object, annotations?: Record<string, string>) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind,
  metadata: { ...(annotations && { annotations }) },
  spec: { parentRefs: [{ name: 'public', namespace: 'gateways' }], ...spec },
});

const own = '{namespace}.apps.example.org';
const others = 'nebula-shop.apps.example.org';
/** No controller's own, and not listed by the platform. */
const annotations = { 'haproxy.router.openshift.io/rewrite-target': '/' };

/** What is tried of them: `{namespace}` is where they are. */
export const routeCases: Try[] = [
  ['routes', 'serve its own host', route({ host: own }), true],
  ['routes', "serve another's host", route({ host: others })],
  ['routes', 'serve whatever host it is given', route({})],
  ['routes', 'serve all hosts of a domain', route({ host: own, wildcardPolicy: 'Subdomain' })],
  ['routes', 'say what is not listed', route({ host: own }, annotations)],
  ...kinds
    .filter(([group]) => group === 'gateway.networking.k8s.io')
    .flatMap(([, kind]): Try[] => [
      [pluralOf(kind), 'serve its own host', gatewayRoute(kind, { hostnames: [own] }), true],
      [pluralOf(kind), "serve another's host", gatewayRoute(kind, { hostnames: [others] })],
      [pluralOf(kind), 'serve a host beside its own', gatewayRoute(kind, { hostnames: [own, others] })],
      [pluralOf(kind), 'serve a wildcard', gatewayRoute(kind, { hostnames: ['*.example.org'] })],
      [pluralOf(kind), 'serve every host', gatewayRoute(kind, {})],
      [pluralOf(kind), 'serve every host by an empty list', gatewayRoute(kind, { hostnames: [] })],
      [pluralOf(kind), 'say what is not listed', gatewayRoute(kind, { hostnames: [own] }, annotations)],
    ]),
];
