import * as z from 'zod/mini';
import { network } from '../../documents/address.ts';
import { labelsToFind } from '../../documents/labels.ts';
import { servicePattern } from '../../documents/names.ts';
import { overlap } from '../../documents/networks.ts';
import { documentation } from '../../documents/schema.ts';

const namespaceRule = 'use the name of a namespace: lower-case letters, digits and hyphens, at most 63';
const portRule = 'use a port from 1 to 65535';
/** What a destination may be called, in words. */
export const egressRule =
  'use a name of 1 to 30 lower-case letters, digits and hyphens, beginning with a letter and ending with a letter or digit';

/** Whether a list says nothing twice. */
export const eachOnce = (values: unknown[]): boolean => new Set(values).size === values.length;

/** A list of names of namespaces of the cluster. */
export const namespaces = (description: string, byDefault: string[]) =>
  z
    ._default(
      z
        .array(
          z
            .string()
            .check(z.regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, namespaceRule), z.maxLength(63))
            .register(documentation, { description: 'Name of a namespace.', patternMessage: namespaceRule }),
        )
        .check(z.maxLength(8), z.refine(eachOnce, 'list each name once')),
      byDefault,
    )
    .register(documentation, { description, 'x-kubernetes-list-type': 'set' });

const networks = (description: string) =>
  z
    ._default(
      z
        .array(network('A network in CIDR notation.'))
        .check(z.maxLength(16), z.refine(eachOnce, 'list each network once')),
      [],
    )
    .register(documentation, { description, 'x-kubernetes-list-type': 'set' });

const port = z.int(portRule).check(z.minimum(1, portRule), z.maximum(65535, portRule)).register(documentation, {
  description: 'A port, as the pod or machine there has it: not that of a Service before it.',
});

const ports = z.array(port).check(z.minLength(1), z.maxLength(8), z.refine(eachOnce, 'list each port once'));

const dns = z
  .prefault(
    z.strictObject({
      namespaces: namespaces('Namespaces whose pods answer, for example openshift-dns.', ['kube-system']),
      podLabels: labelsToFind(
        'Labels of the pods that answer there. When empty, every pod of these namespaces may.',
        4,
      ),
      networks: networks(
        'Addresses that answer and are no pods: 169.254.20.10/32 for NodeLocal DNSCache, with the address of the Service kube-dns where the cache has taken that too; 169.254.169.254/32 for Cloud DNS of GKE.',
      ),
      ports: z._default(ports, [53]).register(documentation, {
        description: 'Ports at which they answer, by UDP and TCP. The pods of OpenShift answer at 5353.',
        'x-kubernetes-list-type': 'set',
      }),
    }),
    {},
  )
  .register(documentation, {
    description: 'Where the names of the cluster are resolved. By default by the pods in kube-system, at port 53.',
  });

const destination = z
  .strictObject({
    networks: networks('Networks that it is in.'),
    namespaces: namespaces('Namespaces of the cluster that it is in, by their pods.', []),
    ports: ports.register(documentation, {
      description: 'Ports that it has, by TCP.',
      'x-kubernetes-list-type': 'set',
    }),
    reaches: z._default(z.enum(['outside', 'cluster', 'metadata']), 'outside').register(documentation, {
      description:
        "What its networks may hold. outside: nothing of the cluster's own networks and no metadata of the cloud, which are left out of wider ones. cluster: also pods and Services of the cluster, whose network rules then decide alone. metadata: also the addresses from which a machine gets its credentials.",
    }),
  })
  .register(documentation, { description: 'A destination outside the namespace.' });

/** What a Zone says of the networks of a cluster. `reach-guards.ts` says which of it goes together. */
export const reachSettings = {
  clusterNetworks: networks(
    'Networks of the pods and of the Services of the cluster. No network of egress and of ingressNetworks opens them; both need to know them.',
  ),
  dns,
  ingressNetworks: networks(
    'Networks from which the pods of every squad may be reached: of the nodes, where the ingress controller runs on their network, or of a load balancer that goes to pods by itself.',
  ),
  egress: z
    ._default(
      z.record(z.string().check(z.maxLength(30), z.regex(new RegExp(servicePattern), egressRule)), destination),
      {},
    )
    .register(documentation, {
      description:
        'Destinations that squads may ask for, by name: a mail relay, a proxy, a collector. Nobody reaches one without asking.',
      maxProperties: 32,
      'x-kubernetes-validations': [{ rule: `self.all(name, name.matches('${servicePattern}'))`, message: egressRule }],
    }),
};

/**
 * Where clouds and hosts tell a machine who it is and with which credentials: link-local networks of all of them, and what
 * AWS, Google, Azure, Alibaba and Scaleway have besides.
 */
export const metadataNetworks = [
  '169.254.0.0/16',
  'fe80::/10',
  'fd00:ec2::/32',
  'fd20:ce::254/128',
  'fd00:42::42/128',
  '168.63.129.16/32',
  '100.100.100.200/32',
];

/** Of these those that answer to more than questions for names, at other ports than that of DNS. */
export const isMetadata = (network: string): boolean =>
  ['169.254.169.252/30', '169.254.170.0/24', '168.63.129.16/32', '100.100.100.200/32', 'fd00:ec2::/32'].some((known) =>
    overlap(network, known),
  );
