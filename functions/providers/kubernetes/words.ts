import { type Binding, type Component, quoted, type Thing, type Words } from '../provider.ts';
import { deployer, namespaceOf } from './names.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';

const portsOf = (bindings: Binding[]): string[] => [
  ...new Set(
    bindings
      .flatMap((binding) => binding.endpoints)
      .map(({ port, networks }) => `port ${port} ${networks.length > 0 ? `in ${networks.join(', ')}` : 'anywhere'}`),
  ),
];

const componentOf = (binding: Binding): string => binding.labels['squadkit.io/component'] ?? '';

const things = (component: Component<KubernetesZone, KubernetesService>, bindings: Binding[]): Thing[] => {
  const { squad, zone, platform, settings } = component;
  const namespace = namespaceOf(component);
  const group = `${platform.groupPrefix}${squad.group}`;
  const may = zone.environment === 'production' ? 'look' : 'look and edit';

  return [
    {
      key: 'namespace',
      name: `namespace \`${namespace}\``,
      resources: ['namespace', 'quota', 'limits'],
      holds: 'data',
      facts: [{ label: 'size', value: settings.size, steps: ['small', 'medium', 'large'] }],
      lost: 'with everything that runs in it',
      kept: 'what runs in it goes on until it needs a Secret again; nobody of the squad can enter it',
    },
    {
      key: 'network',
      name: `network rules of namespace \`${namespace}\``,
      resources: ['network'],
      holds: 'rules',
      facts: [{ label: 'may reach', value: portsOf(bindings), wider: 'RightsWidened' }],
      lost: 'the namespace is open to everybody',
      kept: 'the namespace stays closed to others',
    },
    {
      key: 'deployer',
      name: `access for deployments to namespace \`${namespace}\``,
      purpose: `as Secret \`${component.managedName('kubeconfig')}\` in your namespace \`${squad.name}\` on the platform's cluster`,
      resources: ['deployer', 'deployer-rights', 'deployer-token', 'kubeconfig'],
      holds: 'access',
      facts: [{ label: 'server', value: quoted(platform.server) }],
      lost: `deployments as \`${deployer}\` no longer work`,
      kept: `deployments as \`${deployer}\` still work`,
    },
    {
      key: 'people',
      name: `access of your squad to namespace \`${namespace}\``,
      resources: ['squad-rights'],
      holds: 'access',
      facts: [
        { label: 'for the people of', value: `group ${quoted(group)}`, wider: 'RightsWidened' },
        { label: 'may', value: may, wider: 'RightsWidened', steps: ['look', 'look and edit'] },
      ],
      lost: 'the squad can no longer look into it',
      kept: 'the squad can still look into it',
      reaches: { people: group, may },
    },
    ...bindings.map(
      (binding): Thing => ({
        key: `secret.${binding.name}`,
        name: `Secret \`${binding.name}\` in namespace \`${namespace}\``,
        purpose: `with the credentials for \`${componentOf(binding)}\``,
        resources: [`secret.${binding.name}`],
        holds: 'access',
        facts: [],
        lost: 'workloads that need it no longer start',
        kept: 'workloads can still use it',
        reaches: { component: componentOf(binding) },
      }),
    ),
  ];
};

/** A namespace in words. */
export const words: Words<KubernetesZone, KubernetesService> = {
  things,
  zone: {
    credentialsSecretRef: 'decides which cluster it is, and as whom Squadkit works there',
    server: 'decides where deployments go; delivered to squads again',
    caBundle: 'decides which servers deployments trust; delivered to squads again',
    guarantees: 'decides which classes of data may be worked with there',
    groupPrefix: 'decides which groups of people may enter the namespaces',
  },
};
