import type { GuardRail } from '../../words/guard-rail.ts';

/** Which of them a Service has depends on the environment, and on the groups of the squad. */
const people = ['members-view', 'members-edit', 'owners-view', 'owners-edit', 'owners-credentials', 'guests-view'];

/** What holds for every namespace. */
export const guardRails: readonly GuardRail[] = [
  {
    id: 'kubernetes-default-deny',
    protects: 'workloads and databases from each other',
    means:
      'Your namespace talks to itself, to DNS, to the databases of your Service and to what it asks for of what the platform allows, and nobody of yours can open it further.',
    enforced: [
      { by: 'the cluster', name: 'networkRules' },
      { by: 'Squadkit', name: 'reachFaults' },
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
      { by: 'the cluster', name: 'deployer-rights' },
      { by: 'the cluster', name: 'squadkit:deployer' },
      { by: 'the cluster', name: 'squadkit-further-kinds' },
    ],
    controls: ['ISO A.5.15', 'ISO A.8.2', 'ISO A.8.3', 'GDPR Art. 25', 'BSI ORP.4', 'BSI APP.4.4'],
    look: { at: 'component', resources: ['deployer', 'deployer-rights'] },
    unseen:
      'what ClusterRole squadkit:deployer allows on the cluster, and that a pod which it starts can read the Secrets it mounts',
  },
  {
    id: 'kubernetes-pipelines-read-one-secret',
    protects: 'credentials on the hub from pipelines',
    means:
      'On the hub your pipelines fetch the kubeconfig with which they deploy, by its name, and no other Secret; people fetch none.',
    enforced: [{ by: 'the hub', name: 'kubeconfigReaders' }],
    controls: ['ISO A.5.15', 'ISO A.8.3', 'GDPR Art. 32(1)(b)', 'BSI ORP.4', 'BSI APP.4.4'],
    look: { at: 'nowhere' },
    unseen: 'who is in the deployerGroup of the squad, and rights given besides',
  },
  {
    id: 'kubernetes-people',
    protects: 'production from hands',
    means:
      'Your guests look, your members look in production and work elsewhere, and only owners read credentials, outside production; nobody changes rights and limits.',
    enforced: [
      { by: 'the cluster', name: 'rightsOf' },
      { by: 'the cluster', name: 'squadkit:view' },
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
    enforced: [{ by: 'the cluster', name: 'RoleBinding' }],
    controls: ['ISO A.5.15', 'ISO A.8.3', 'GDPR Art. 5(1)(f)', 'BSI ORP.4', 'BSI APP.4.4'],
    look: { at: 'component', resources: ['namespace', 'deployer-rights', ...people] },
    unseen: 'rights given besides, for example to a whole cluster',
  },
  {
    id: 'kubernetes-restricted-pods',
    protects: 'the nodes of the cluster, and all who share them',
    means: 'A pod of yours runs only if it is restricted: no root, no host, no privileges.',
    enforced: [{ by: 'the cluster', name: 'pod-security.kubernetes.io/enforce' }],
    controls: ['ISO A.8.9', 'GDPR Art. 32(1)(b)', 'BSI APP.4.4', 'BSI SYS.1.6'],
    look: { at: 'component', resources: ['namespace'] },
  },
  {
    id: 'kubernetes-pods-keep-to-themselves',
    protects: 'other identities and other nodes from pods',
    means:
      'A pod of yours runs as nobody in particular, chooses no node, device or volume of others, has no node ask others, keeps nobody off a node, and lets a node be renewed.',
    enforced: [
      { by: 'the cluster', name: 'squadkit-pods' },
      { by: 'the cluster', name: 'squadkit-pods-nodes' },
      { by: 'the cluster', name: 'squadkit-finalizers' },
      { by: 'the cluster', name: 'squadkit-volumes' },
      { by: 'the cluster', name: 'squadkit-budgets' },
      { by: 'the cluster', name: 'squadkit-allowed' },
    ],
    controls: ['ISO A.8.2', 'ISO A.8.9', 'BSI APP.4.4', 'BSI SYS.1.6'],
    look: { at: 'nowhere' },
    unseen:
      'whether package/install/remote of this version is applied on the cluster; and what no single document shows: two budgets for the same pods, or one for pods that nothing scales, let none go as well',
  },
  {
    id: 'kubernetes-services-stay-inside',
    protects: "everybody's traffic, and the ports of the nodes",
    means:
      'A Kubernetes Service of yours is inside the cluster only: no port of a node, no load balancer, no address of others, and no annotation that the platform does not list.',
    enforced: [
      { by: 'the cluster', name: 'squadkit-services' },
      { by: 'the cluster', name: 'squadkit-services-annotations' },
    ],
    controls: ['ISO A.8.20', 'ISO A.8.22', 'GDPR Art. 32(1)(b)', 'BSI APP.4.4', 'BSI NET.1.1'],
    look: { at: 'nowhere' },
    unseen: 'whether package/install/remote of this version is applied on the cluster',
  },
  {
    id: 'kubernetes-hosts-are-owned',
    protects: 'the names under which others are reached',
    means:
      'An Ingress or route of yours serves hosts that begin with the name of your namespace, and those that the platform lists for it; its annotations only shape your own traffic, and no path or value is read as configuration of the controller.',
    enforced: [{ by: 'the cluster', name: 'squadkit-ingresses' }],
    controls: ['ISO A.8.20', 'ISO A.8.22', 'GDPR Art. 32(1)(b)', 'BSI APP.4.4', 'BSI NET.1.1'],
    look: { at: 'nowhere' },
    unseen: 'whether package/install/remote of this version is applied on the cluster, and hosts from before it was',
  },
  {
    id: 'kubernetes-locks-hold',
    protects: 'what locks a namespace from people who may do much on the cluster',
    means:
      'Network rules, quota, limits, rights and marks of your namespace are changed by Squadkit only, whoever asks.',
    enforced: [
      { by: 'the cluster', name: 'squadkit-namespaces' },
      { by: 'the cluster', name: 'squadkit-labels' },
      { by: 'the cluster', name: 'squadkit-system' },
      { by: 'the cluster', name: 'squadkit-writers' },
      { by: 'the cluster', name: 'squadkit-writers-return' },
      { by: 'the cluster', name: 'squadkit-kubernetes-controllers' },
    ],
    controls: ['ISO A.8.2', 'ISO A.8.9', 'ISO A.8.22', 'GDPR Art. 32(1)(b)', 'BSI APP.4.4'],
    look: { at: 'nowhere' },
    unseen: 'whether package/install/remote of this version is applied on the cluster',
  },
  {
    id: 'kubernetes-quota',
    protects: 'the cluster from one namespace that takes all of it',
    means: 'Your namespace reserves at most what its size allows, and no container takes more than half of it.',
    enforced: [{ by: 'the cluster', name: 'quotaOf' }],
    controls: ['ISO A.8.6', 'GDPR Art. 32(1)(b)', 'BSI APP.4.4'],
    look: { at: 'component', resources: ['quota', 'limits'] },
    unseen: 'how much containers use beyond what they request: a node that runs short ends these first',
  },
  {
    id: 'kubernetes-squadkit-is-small',
    protects: 'the cluster from Squadkit itself',
    means: 'Squadkit cannot delete a namespace and cannot give anybody more than its four roles.',
    enforced: [
      { by: 'the cluster', name: 'resourceNames' },
      { by: 'the cluster', name: 'squadkit-identity-objects' },
    ],
    controls: ['ISO A.8.2', 'ISO A.8.3', 'BSI ORP.4', 'BSI APP.4.4'],
    look: { at: 'nowhere' },
    unseen: 'whether the kubeconfig in the Zone is that of somebody whom squadkitUsers of the cluster names',
  },
  {
    id: 'kubernetes-locks-stay',
    protects: 'what runs in a namespace whose Service is gone',
    means: 'When the Service is taken out, the namespace stays with its network rules, its quota and its limits.',
    enforced: [{ by: 'Crossplane', name: 'keep' }],
    controls: ['ISO A.8.20', 'ISO A.8.22', 'BSI APP.4.4'],
    look: { at: 'component', resources: ['namespace', 'network', 'quota', 'limits'] },
  },
  {
    id: 'kubernetes-access-ends',
    protects: 'the namespace from credentials that nobody needs any more',
    means:
      'When the Service is taken out, the deployer, the rights of the squad and the delivered Secrets go within seconds.',
    enforced: [{ by: 'Crossplane', name: 'revoke' }],
    controls: ['ISO A.5.18', 'GDPR Art. 5(1)(f)', 'BSI ORP.4'],
    look: { at: 'component', resources: ['deployer', 'deployer-rights', ...people] },
    unseen:
      'a watch that is open when the rights go: the cluster asked for rights when it began, and it shows what changes until its own end, which whoever opened it has chosen',
  },
];
