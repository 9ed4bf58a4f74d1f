import type { GuardRail } from '../../words/guard-rail.ts';

const folder = 'functions/providers/kubernetes';
const remote = 'package/install/remote/squadkit.yaml';
const rights = 'test/cluster/scenarios/cluster-rights.test.ts';
/** Which of them a Service has depends on the environment, and on the groups of the squad. */
const people = ['members-view', 'members-edit', 'owners-view', 'owners-edit', 'owners-credentials', 'guests-view'];
const roles = 'test/cluster/scenarios/cluster-roles.test.ts';
const attacks = 'test/cluster/attacks/aqua.ts';
const removal = 'test/cluster/scenarios/removal.test.ts';

/** What holds for every namespace. */
export const guardRails: readonly GuardRail[] = [
  {
    id: 'kubernetes-default-deny',
    protects: 'workloads and databases from each other',
    means:
      'Your namespace talks to itself, to DNS and to the databases of your Service, and nobody of yours can open it further.',
    enforced: [{ by: 'the cluster', file: `${folder}/network.ts`, name: 'networkRules' }],
    tests: [
      { file: rights, title: 'open the network' },
      { file: rights, title: 'add a network policy' },
      { file: roles, title: '$from to $to: $want' },
    ],
    controls: ['ISO A.8.20', 'ISO A.8.22', 'GDPR Art. 32(1)(b)', 'BSI APP.4.4', 'BSI NET.1.1'],
    look: { at: 'component', resources: ['network'] },
    unseen:
      'whether the network plugin of the cluster obeys network policies, policies that others added, and which port the database has',
  },
  {
    id: 'kubernetes-deployer',
    protects: 'Secrets, rights and limits from a pipeline that was taken over',
    means:
      'Your pipeline deploys into its namespace: it reads no Secret, makes no token, and changes no rights, quota or network rules.',
    enforced: [
      { by: 'the cluster', file: `${folder}/deployer.ts`, name: 'deployer-rights' },
      { by: 'the cluster', file: remote, name: 'squadkit:deployer' },
    ],
    tests: [
      { file: rights, title: 'read the database Secret' },
      { file: rights, title: 'bind a role' },
      { file: rights, title: 'make a token of itself' },
      { file: rights, title: 'read its own token' },
    ],
    controls: ['ISO A.5.15', 'ISO A.8.2', 'ISO A.8.3', 'GDPR Art. 25', 'BSI ORP.4', 'BSI APP.4.4'],
    look: { at: 'component', resources: ['deployer', 'deployer-rights'] },
    unseen:
      'what ClusterRole squadkit:deployer allows on the cluster, and that a pod which it starts can read the Secrets it mounts',
  },
  {
    id: 'kubernetes-people',
    protects: 'production from hands',
    means:
      'Your guests look, your members look in production and work elsewhere, and only owners read credentials, outside production; nobody changes rights and limits.',
    enforced: [
      { by: 'the cluster', file: `${folder}/rights.ts`, name: 'rightsOf' },
      { by: 'the cluster', file: remote, name: 'squadkit:view' },
    ],
    tests: [
      { file: rights, title: 'look in production, and change nothing there' },
      { file: rights, title: 'work in engineering, without Secrets, rights, quota and network policies' },
    ],
    controls: ['ISO A.5.15', 'ISO A.5.18', 'ISO A.8.2', 'ISO A.8.31', 'GDPR Art. 32(1)(b)', 'BSI ORP.4', 'BSI APP.4.4'],
    look: { at: 'component', resources: people },
    unseen:
      'what ClusterRoles squadkit:view and squadkit:edit allow on the cluster, who is in the group, rights given besides, and that whoever may open a shell in a pod sees the Secrets it mounts',
  },
  {
    id: 'kubernetes-own-namespace-only',
    protects: 'namespaces from other squads',
    means: 'Neither your pipeline nor your people get into a namespace of another squad, nor others into yours.',
    enforced: [{ by: 'the cluster', file: `${folder}/rights.ts`, name: 'RoleBinding' }],
    tests: [
      { file: rights, title: 'deploy into the namespace of another squad' },
      { file: rights, title: 'read the namespace of another squad' },
      { file: rights, title: 'are nobody in the namespace of another squad' },
    ],
    controls: ['ISO A.5.15', 'ISO A.8.3', 'GDPR Art. 5(1)(f)', 'BSI ORP.4', 'BSI APP.4.4'],
    look: { at: 'component', resources: ['namespace', 'deployer-rights', ...people] },
    unseen: 'rights given besides, for example to a whole cluster',
  },
  {
    id: 'kubernetes-restricted-pods',
    protects: 'the nodes of the cluster, and all who share them',
    means: 'A pod of yours runs only if it is restricted: no root, no host, no privileges.',
    enforced: [{ by: 'the cluster', file: `${folder}/pod-security.ts`, name: 'pod-security.kubernetes.io/enforce' }],
    tests: [
      { file: rights, title: 'writes down a deployment, but a pod that is not restricted does not start' },
      { file: rights, title: 'relabel the namespace' },
    ],
    controls: ['ISO A.8.9', 'GDPR Art. 32(1)(b)', 'BSI APP.4.4', 'BSI SYS.1.6'],
    look: { at: 'component', resources: ['namespace'] },
  },
  {
    id: 'kubernetes-pods-keep-to-themselves',
    protects: 'other identities and other nodes from pods',
    means: 'A pod of yours runs as nobody in particular, chooses no node, and pushes nobody else off one.',
    enforced: [{ by: 'the cluster', file: 'package/install/remote/pods.yaml', name: 'squadkit-pods' }],
    tests: [
      { file: roles, title: 'chooses no node' },
      { file: roles, title: 'pushes nobody off a node' },
      { file: roles, title: 'goes to no node of the control plane' },
    ],
    controls: ['ISO A.8.2', 'ISO A.8.9', 'BSI APP.4.4', 'BSI SYS.1.6'],
    look: { at: 'nowhere' },
    unseen: 'whether package/install/remote of this version is applied on the cluster',
  },
  {
    id: 'kubernetes-services-stay-inside',
    protects: "everybody's traffic, and the ports of the nodes",
    means:
      'A Kubernetes Service of yours is inside the cluster only: no port of a node, no load balancer, no address of others.',
    enforced: [{ by: 'the cluster', file: 'package/install/remote/services.yaml', name: 'squadkit-services' }],
    tests: [
      { file: roles, title: 'opens no port of the nodes' },
      { file: roles, title: 'gets no load balancer' },
      { file: attacks, title: 'take traffic of others by externalIPs' },
    ],
    controls: ['ISO A.8.20', 'ISO A.8.22', 'GDPR Art. 32(1)(b)', 'BSI APP.4.4', 'BSI NET.1.1'],
    look: { at: 'nowhere' },
    unseen: 'whether package/install/remote of this version is applied on the cluster',
  },
  {
    id: 'kubernetes-locks-hold',
    protects: 'what locks a namespace from people who may do much on the cluster',
    means:
      'Network rules, quota, limits, rights and marks of your namespace are changed by Squadkit only, whoever asks.',
    enforced: [
      { by: 'the cluster', file: 'package/install/remote/namespaces.yaml', name: 'squadkit-namespaces' },
      { by: 'the cluster', file: 'package/install/remote/labels.yaml', name: 'squadkit-labels' },
    ],
    tests: [
      { file: attacks, title: 'remove the network policy' },
      { file: attacks, title: 'raise the quota' },
      { file: attacks, title: 'lower Pod Security' },
      { file: attacks, title: 'pass the namespace to another squad' },
    ],
    controls: ['ISO A.8.2', 'ISO A.8.9', 'ISO A.8.22', 'GDPR Art. 32(1)(b)', 'BSI APP.4.4'],
    look: { at: 'nowhere' },
    unseen: 'whether package/install/remote of this version is applied on the cluster',
  },
  {
    id: 'kubernetes-quota',
    protects: 'the cluster from one namespace that takes all of it',
    means: 'Your namespace uses at most what its size allows, and a container that states no limits gets some.',
    enforced: [{ by: 'the cluster', file: `${folder}/sizes.ts`, name: 'quotaOf' }],
    tests: [
      { file: rights, title: 'change the quota' },
      { file: rights, title: 'change the limit range' },
    ],
    controls: ['ISO A.8.6', 'GDPR Art. 32(1)(b)', 'BSI APP.4.4'],
    look: { at: 'component', resources: ['quota', 'limits'] },
  },
  {
    id: 'kubernetes-squadkit-is-small',
    protects: 'the cluster from Squadkit itself',
    means: 'Squadkit cannot delete a namespace and cannot give anybody more than its four roles.',
    enforced: [
      { by: 'the cluster', file: remote, name: 'resourceNames' },
      { by: 'the cluster', file: 'package/install/remote/identity.yaml', name: 'squadkit-identity-objects' },
    ],
    tests: [
      { file: rights, title: 'neither delete a namespace nor hand out more than its four roles' },
      { file: roles, title: 'binds no role in kube-system' },
      { file: roles, title: 'takes over no namespace that was there before' },
    ],
    controls: ['ISO A.8.2', 'ISO A.8.3', 'BSI ORP.4', 'BSI APP.4.4'],
    look: { at: 'nowhere' },
    unseen: 'whether the kubeconfig in the Zone is that of the ServiceAccount of package/install/remote',
  },
  {
    id: 'kubernetes-locks-stay',
    protects: 'what runs in a namespace whose Service is gone',
    means: 'When the Service is taken out, the namespace stays with its network rules, its quota and its limits.',
    enforced: [{ by: 'Crossplane', file: `${folder}/resources.ts`, name: 'keep' }],
    tests: [
      {
        file: removal,
        title: 'loses all access within seconds, keeps data and locks, and comes back with new credentials',
      },
    ],
    controls: ['ISO A.8.20', 'ISO A.8.22', 'BSI APP.4.4'],
    look: { at: 'component', resources: ['namespace', 'network', 'quota', 'limits'] },
  },
  {
    id: 'kubernetes-access-ends',
    protects: 'the namespace from credentials that nobody needs any more',
    means:
      'When the Service is taken out, the deployer, the rights of the squad and the delivered Secrets go within seconds.',
    enforced: [{ by: 'Crossplane', file: `${folder}/resources.ts`, name: 'revoke' }],
    tests: [
      {
        file: removal,
        title: 'loses all access within seconds, keeps data and locks, and comes back with new credentials',
      },
    ],
    controls: ['ISO A.5.18', 'GDPR Art. 5(1)(f)', 'BSI ORP.4'],
    look: { at: 'component', resources: ['deployer', 'deployer-rights', ...people] },
  },
];
