import { type Fact, quoted, rankIn } from '../../words/thing.ts';
import { addressIn, authoritiesIn } from '../facts.ts';
import type { Words } from '../told.ts';
import { callersOpen, egressOpens, resolversOpen } from './openings.ts';
import type { KubernetesService, KubernetesZone } from './settings.ts';

/** What pods may be. An older wording of a standard forbids less. */
export const podSecurityFacts = ({ podSecurity: { level, version } }: KubernetesZone): Fact[] => [
  {
    ...{ label: 'takes pods that are only', value: level === 'restricted' ? [] : [level] },
    ...{ wider: 'RightsWidened', narrower: 'none', replaced: 'none' },
  },
  {
    ...{ label: 'holds pods to the wording of', value: version, rank: -Number(version.slice('v1.'.length)) },
    ...{ wider: 'RightsWidened', narrower: 'none', isSaid: 'when it changes' },
  },
];

const opened = { wider: 'RightsWidened', narrower: 'none', replaced: 'none' } as const;

/** A rule that is only told by what it opens. */
const rule = (label: string, opens: Fact['opens'] & object): Fact => ({
  ...{ label, value: opens.map(({ what, network = '' }) => `${quoted(what)} ${network}`.trim()), opens, ...opened },
});

const deployers = ['group', 'token'];

/** What a change of each setting of a cluster means for who reviews it. */
export const registered: Words<KubernetesZone, KubernetesService>['registered'] = {
  // What `target` makes of it is told.
  credentialsSecretRef: 'none',
  guarantees: 'none',
  cluster: ({ cluster }) => [addressIn('is the cluster', cluster)],
  server: ({ server }) => [addressIn('server', server)],
  caBundle: ({ caBundle }) => [authoritiesIn('believes', caBundle)],
  // With another prefix every group is another one: nobody of before gets in, and whoever has the new name does.
  groupPrefix: ({ groupPrefix }) => {
    const others = ['AccessRevoked', 'RightsWidened'] as const;
    const value = groupPrefix === '' ? '' : quoted(groupPrefix);

    return [{ label: 'puts before groups', value, wider: others, narrower: others, replaced: others }];
  },
  // Whose access ends is told of each Service. A token does not expire.
  deployers: ({ deployers: value }) => [
    {
      ...{ label: 'lets deploy by', value, rank: rankIn(deployers, value) },
      ...{ wider: 'RightsWidened', narrower: 'none' },
    },
  ],
  ingressNamespaces: (settings) => [rule('lets in', callersOpen({ ...settings, ingressNetworks: [] }, []))],
  ingressNetworks: (settings) => [rule('lets in from', callersOpen({ ...settings, ingressNamespaces: [] }, []))],
  // Without a network in it, what is wider opens that too.
  clusterNetworks: ({ clusterNetworks }) => [
    {
      ...{ label: 'keeps closed', value: clusterNetworks },
      opens: clusterNetworks.map((network) => ({ what: 'closed', network })),
      ...{ wider: 'none', narrower: 'RightsWidened', replaced: 'none' },
    },
  ],
  dns: (settings) => [rule('resolves names by', resolversOpen(settings))],
  egress: (settings) => [
    rule(
      'opens',
      Object.keys(settings.egress).flatMap((name) => egressOpens(settings, name)),
    ),
  ],
  podSecurity: podSecurityFacts,
  // How much there is of what is not shared with others decides nothing about who may do what.
  sizes: 'none',
};
