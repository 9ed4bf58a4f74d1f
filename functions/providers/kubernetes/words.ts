import { ownField } from '../../objects/record.ts';
import { quoted, rankIn, type Thing } from '../../words/thing.ts';
import type { Binding } from '../binding.ts';
import { addressIn, authoritiesIn, peopleIn } from '../facts.ts';
import type { Component } from '../provider.ts';
import type { Words } from '../told.ts';
import { deployersGroup } from './deployer.ts';
import { deliveryOf, namespaceOf } from './names.ts';
import { callersOpen, destinationsOpen, resolversOpen } from './openings.ts';
import { podSecurityFacts, registered } from './registered.ts';
import { type Right, rightName, rightsOf } from './rights.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';
import { sizeInWords, sizeOf } from './sizes.ts';

const portsOf = (bindings: Binding[]): string[] => [
  ...new Set(
    bindings
      .flatMap((binding) => binding.endpoints ?? [])
      .map(({ port, networks }) => `port ${port} ${networks.length > 0 ? `in ${networks.join(', ')}` : 'anywhere'}`),
  ),
];

const whatItReaches = {
  outside: '',
  cluster: ', pods and Services of the cluster too',
  metadata: ', where machines get their credentials too',
};

/** What the Service asks for of what the zone allows, each with what it opens. */
const destinationsOf = ({ platform, settings }: Component<KubernetesZone, KubernetesService>): string[] =>
  settings.egress.flatMap((name) => {
    const destination = ownField(platform.egress, name);
    if (destination === undefined) return [];
    const { networks, namespaces, ports, reaches } = destination;
    const places = [...networks, ...namespaces.map((namespace) => `namespace ${quoted(namespace)}`)];

    return [`${quoted(name)} (port ${ports.join(' and ')} in ${places.join(' and ')}${whatItReaches[reaches]})`];
  });

/** Who resolves names, where it is not as it is by default. */
const resolversOf = ({ platform: { dns } }: Component<KubernetesZone, KubernetesService>): string[] => {
  const ports = dns.ports.join(' and ');
  const places = [...dns.namespaces.map((name) => `namespace ${quoted(name)}`), ...dns.networks].map(
    (place) => `${place} at port ${ports}`,
  );

  return places.join() === 'namespace `kube-system` at port 53' ? [] : places;
};

const componentOf = (binding: Binding): string => binding.labels['squadkit.io/component'] ?? '';

/** Who reaches the pods besides the namespace itself. */
const callersOf = ({ platform, settings }: Component<KubernetesZone, KubernetesService>): string[] => [
  ...settings.allowFrom.map((service) => `your service ${quoted(service)}`),
  ...platform.ingressNamespaces.map((name) => `namespace ${quoted(name)}`),
  ...platform.ingressNetworks,
];

/** From the least to the most. */
const steps = ['look', 'look and edit', 'look, edit and read credentials'];

const mayOf = (rights: Right[]): string => {
  if (rights.some(({ role }) => role === 'credentials')) return 'look, edit and read credentials';

  return rights.some(({ role }) => role === 'edit') ? 'look and edit' : 'look';
};

const people: Record<Right['who'], { key: string; who: string }> = {
  members: { key: 'people', who: 'your squad' },
  owners: { key: 'owners', who: "your squad's owners" },
  guests: { key: 'guests', who: "your squad's guests" },
};

const accessOf = (component: Component<KubernetesZone, KubernetesService>, who: Right['who']): Thing[] => {
  const rights = rightsOf(component).filter((right) => right.who === who);
  const [first] = rights;
  if (first === undefined) return [];
  const { key, who: them } = people[who];
  const may = mayOf(rights);

  return [
    {
      key,
      name: `access of ${them} to namespace \`${namespaceOf(component)}\``,
      resources: rights.map(rightName),
      holds: 'access',
      facts: [
        peopleIn('for the people of', first.group),
        { label: 'may', value: may, rank: rankIn(steps, may), wider: 'RightsWidened', narrower: 'AccessRevoked' },
      ],
      lost: `${who === 'members' ? 'the squad' : `its ${who}`} can no longer look into it`,
      kept: `${who === 'members' ? 'the squad' : `its ${who}`} can still look into it`,
      reaches: { people: first.group, may },
    },
  ];
};

const deployments = (component: Component<KubernetesZone, KubernetesService>): Thing => {
  const { squad, platform } = component;
  const namespace = namespaceOf(component);
  const group = deployersGroup(component);
  const server = addressIn('server', platform.server);
  if (group !== undefined) {
    return {
      key: 'deployers',
      name: `access for deployments by group to namespace \`${namespace}\``,
      resources: ['deployer-rights'],
      holds: 'access',
      facts: [peopleIn('for', group), server],
      lost: 'the group can no longer deploy there',
      kept: 'the group can still deploy there',
      reaches: { people: group, may: 'deploy' },
    };
  }

  return {
    key: 'deployer',
    name: `access for deployments by token to namespace \`${namespace}\``,
    purpose: `as Secret \`${component.managedName('kubeconfig')}\` in your namespace \`${squad.name}\` on the platform's cluster`,
    resources: [
      'deployer',
      'deployer-rights',
      'deployer-token',
      'kubeconfig',
      ...(squad.deployerGroup === undefined ? [] : ['kubeconfig-reader', 'kubeconfig-readers']),
    ],
    holds: 'access',
    facts: [
      peopleIn('fetched by pipelines of', squad.deployerGroup),
      server,
      authoritiesIn('believes', platform.caBundle),
    ],
    lost: 'deployments with the token no longer work',
    kept: 'deployments with the token still work',
  };
};

/** What it means that a network rule opens more: where it opens less, something may stop working, which is no risk to data. */
const opened = { wider: 'RightsWidened', narrower: 'none', replaced: 'none' } as const;

const things = (component: Component<KubernetesZone, KubernetesService>, bindings: Binding[]): Thing[] => {
  const { zone, platform, settings } = component;
  const namespace = namespaceOf(component);

  return [
    {
      key: 'namespace',
      name: `namespace \`${namespace}\``,
      resources: ['namespace', 'quota', 'limits'],
      holds: 'data',
      facts: [
        {
          ...{ label: 'size', value: sizeInWords(settings.size, sizeOf(settings.size, zone.environment, platform)) },
          ...{ wider: 'none', narrower: 'none', replaced: 'none', path: 'size' },
        },
        ...podSecurityFacts(platform),
      ],
      lost: 'with everything that runs in it',
      kept: 'what runs in it goes on until it needs a Secret again; nobody of the squad can enter it',
    },
    {
      key: 'network',
      name: `network rules of namespace \`${namespace}\``,
      resources: ['network'],
      holds: 'rules',
      facts: [
        {
          ...{ label: 'may reach', value: [...portsOf(bindings), ...destinationsOf(component)] },
          ...{ opens: destinationsOpen(platform, bindings, settings.egress), path: 'egress', ...opened },
        },
        { label: 'resolves names by', value: resolversOf(component), opens: resolversOpen(platform), ...opened },
        {
          ...{ label: 'lets in', value: callersOf(component) },
          ...{ opens: callersOpen(platform, settings.allowFrom), path: 'allowFrom', ...opened },
        },
      ],
      lost: 'the namespace is open to everybody',
      kept: 'the namespace stays closed to others',
    },
    deployments(component),
    ...accessOf(component, 'members'),
    ...accessOf(component, 'owners'),
    ...accessOf(component, 'guests'),
    ...bindings.map(
      (binding): Thing => ({
        key: `secret.${binding.name}`,
        name: `Secret \`${binding.name}\` in namespace \`${namespace}\``,
        purpose: `with the credentials for \`${componentOf(binding)}\``,
        resources: [deliveryOf(component, binding)],
        holds: 'access',
        facts: [],
        lost: 'workloads that need it no longer start',
        kept: 'workloads can still use it',
        reaches: { component: componentOf(binding), secret: binding.name },
      }),
    ),
  ];
};

/** A namespace in words. */
export const words: Words<KubernetesZone, KubernetesService> = {
  things,
  registered,
  zone: {
    credentialsSecretRef: 'decides which cluster it is, and as whom Squadkit works there',
    cluster: 'decides that another cluster has taken the place of the one before',
    server: 'decides where deployments go; delivered to squads again',
    caBundle: 'decides which servers deployments trust; delivered to squads again',
    guarantees: 'decides which classes of data may be worked with there',
    groupPrefix: 'decides which groups may enter the namespaces',
    deployers: 'decides whether squads deploy with a token that does not expire or by a group; the other access ends',
    ingressNamespaces: 'decides which namespaces of the cluster may reach the pods of every squad',
    clusterNetworks: 'decides which networks stay closed whatever egress and ingressNetworks say',
    dns: 'decides who resolves names for the pods of every squad; wrong, and nothing there finds anything',
    ingressNetworks: 'decides from which networks the pods of every squad may be reached, by whoever is in them',
    egress: 'decides what squads may reach outside their namespaces by asking for it in a Service',
    podSecurity: 'decides what pods may be; those that run are not touched, those that start again are',
    sizes: 'decides how much the namespaces of each size may use',
  },
};
