import type { GuardRail } from '../../words/guard-rail.ts';

/** The guard rails that no provider has to do with. */
export const sharedGuardRails: readonly GuardRail[] = [
  {
    id: 'zones-of-the-squad',
    protects: 'zones from squads that have no business there',
    means: 'A Service lies only in zones that the platform opened for your squad.',
    enforced: [{ by: 'Squadkit', name: 'ZoneNotAllowed' }],
    controls: ['ISO A.5.15', 'ISO A.8.31', 'GDPR Art. 25', 'BSI ORP.4'],
    look: { at: 'service' },
  },
  {
    id: 'data-classes',
    protects: 'sensitive data from places that are not fit for it',
    means:
      'Data lies only in zones that accept its class, on servers and clusters that declare the encryption and backups which that class needs.',
    enforced: [
      { by: 'Squadkit', name: 'DataClassNotAllowed' },
      { by: 'Squadkit', name: 'admitDataClass' },
    ],
    controls: [
      'ISO A.5.12',
      'ISO A.8.13',
      'ISO A.8.24',
      'GDPR Art. 25',
      'GDPR Art. 32(1)(a)',
      'GDPR Art. 32(1)(c)',
      'BSI CON.1',
      'BSI CON.3',
    ],
    look: { at: 'service' },
    unseen: 'whether what the platform declares is true, and whether the squad chose the right class',
  },
  {
    id: 'names-never-meet',
    protects: 'databases, namespaces and roles from being taken over by their name',
    means: 'Names are made from your squad and your Service: nobody can pick yours, and you cannot pick theirs.',
    enforced: [{ by: 'Squadkit', name: 'databaseName' }],
    controls: ['ISO A.8.3', 'GDPR Art. 5(1)(f)', 'GDPR Art. 25'],
    look: { at: 'service' },
  },
  {
    id: 'squad-names-are-not-reused',
    protects: 'what a squad has left from another squad of its name',
    means:
      'When your squad is gone, nobody gets its databases and namespaces by its name, unless the platform says so.',
    enforced: [
      { by: 'Squadkit', name: 'refuseUsedName' },
      { by: 'Squadkit', name: 'refuseUnacceptedSquad' },
      { by: 'the hub', name: 'squadkit-labels' },
    ],
    controls: ['ISO A.5.18', 'ISO A.8.3', 'GDPR Art. 5(1)(f)', 'BSI ORP.4'],
    look: { at: 'nowhere' },
    unseen: 'what was left before the hub kept records of names, or was built again, and people who join a group later',
  },
  {
    id: 'nothing-foreign-is-taken',
    protects: 'databases, roles and namespaces that were there before',
    means:
      'What exists under the name of your Service and is not yours is left alone, and the Service says how to go on.',
    enforced: [
      { by: 'Squadkit', name: 'ownership' },
      { by: 'Squadkit', name: 'Refusal' },
    ],
    controls: ['ISO A.5.33', 'ISO A.8.3', 'GDPR Art. 5(1)(f)', 'GDPR Art. 32(1)(b)', 'BSI APP.4.3'],
    look: { at: 'service' },
  },
  {
    id: 'one-server-one-zone',
    protects: 'one environment from another that leads to the same server or cluster',
    means:
      'Each server and each cluster is registered once: what your Service has in production is on none that another zone has too.',
    enforced: [
      { by: 'Squadkit', name: 'identities' },
      { by: 'Squadkit', name: 'ServerTaken' },
    ],
    controls: ['ISO A.8.3', 'ISO A.8.31', 'GDPR Art. 5(1)(f)', 'GDPR Art. 25'],
    look: { at: 'service' },
    unseen: 'a server that another hub uses with an administrator who cannot read the marker',
  },
  {
    id: 'services-per-squad',
    protects: 'what all squads share from one that asks for too much',
    means: 'Your squad has at most as many Services as the platform allows.',
    enforced: [{ by: 'the hub', name: 'count/services.squadkit.io' }],
    controls: ['ISO A.8.6', 'GDPR Art. 32(1)(b)'],
    look: { at: 'squad', resources: ['quota'] },
  },
  {
    id: 'closed-takes-nothing',
    protects: 'zones and squads that are to end from growing on',
    means: 'What your Service has in a closed zone or a closed squad goes on, and gets nothing more.',
    enforced: [{ by: 'Squadkit', name: 'refuseMore' }],
    controls: ['ISO A.8.9', 'ISO A.8.32', 'BSI OPS.1.1.3'],
    look: { at: 'service' },
  },
  {
    id: 'hub-read-only',
    protects: 'credentials and other squads on the hub',
    means:
      'On the hub your people read the Services of your squad and what is said of them: no Secret, and nothing of others.',
    enforced: [
      { by: 'the hub', name: 'squadkit-reader' },
      { by: 'the hub', name: 'squadkit:reader' },
    ],
    controls: ['ISO A.5.15', 'ISO A.8.3', 'GDPR Art. 5(1)(f)', 'GDPR Art. 32(1)(b)', 'BSI ORP.4', 'BSI APP.4.4'],
    look: { at: 'squad', resources: ['reader'] },
    unseen: 'rights that somebody gave besides this one',
  },
  {
    id: 'only-git-writes',
    protects: 'what was reviewed from what was not',
    means:
      'Services, Zones and Squads are written by the GitOps identities that the platform names, and by nobody else.',
    enforced: [
      { by: 'the hub', name: 'squadkit-only-git' },
      { by: 'the hub', name: 'squadkit-writers' },
      { by: 'the hub', name: 'squadkit-writers-return' },
    ],
    controls: ['ISO A.5.3', 'ISO A.8.2', 'ISO A.8.9', 'ISO A.8.32', 'GDPR Art. 32(1)(b)', 'BSI ORP.4', 'BSI OPS.1.1.3'],
    look: { at: 'policies', names: ['squadkit-only-git', 'squadkit-writers', 'squadkit-writers-return'] },
    unseen:
      'who the identities are that ConfigMap squadkit-writers names, and who may impersonate them or switch admission policies off',
  },
  {
    id: 'only-git-installs',
    protects: 'what Crossplane runs from those who would run something else',
    means:
      'Packages, Compositions, their schemas and the roles of Squadkit are installed by the GitOps identities only.',
    enforced: [{ by: 'the hub', name: 'squadkit-crossplane' }],
    controls: ['ISO A.8.2', 'ISO A.8.9', 'ISO A.8.32', 'BSI OPS.1.1.3'],
    look: { at: 'policies', names: ['squadkit-crossplane'] },
    unseen: 'who may switch admission policies off, and what the packages do that Git names',
  },
  {
    id: 'nobody-becomes-a-writer',
    protects: 'the identities that may write from those who would act as one',
    means:
      'Nobody takes a token of a writer, of Crossplane or of a controller of Kubernetes, runs a pod as one, or enters its pods.',
    enforced: [
      { by: 'the hub', name: 'squadkit-writers-identities' },
      { by: 'the hub', name: 'squadkit-kubernetes-controllers' },
    ],
    controls: ['ISO A.5.17', 'ISO A.8.2', 'ISO A.8.3', 'BSI ORP.4', 'BSI APP.4.4'],
    look: { at: 'policies', names: ['squadkit-writers-identities', 'squadkit-kubernetes-controllers'] },
    unseen: 'who may impersonate, approve certificates of clients, or get onto a node',
  },
  {
    id: 'credentials-of-servers-are-closed',
    protects: "the administrators' credentials of every server and cluster",
    means: 'In squadkit-system nobody writes, starts or gives rights but those whom the platform names.',
    enforced: [{ by: 'the hub', name: 'squadkit-system' }],
    controls: ['ISO A.5.17', 'ISO A.8.2', 'ISO A.8.3', 'GDPR Art. 5(1)(f)', 'BSI APP.4.4'],
    look: { at: 'policies', names: ['squadkit-system'] },
    unseen: 'who may read Secrets on the hub by rights given besides',
  },
  {
    id: 'only-crossplane-links',
    protects: 'the link between a document and what was made for it',
    means: 'What Crossplane keeps in a document and what it says in a status is written by Crossplane only.',
    enforced: [
      { by: 'the hub', name: 'squadkit-only-crossplane' },
      { by: 'the hub', name: 'squadkit-only-crossplane-status' },
    ],
    controls: ['ISO A.5.33', 'ISO A.8.9', 'BSI OPS.1.1.3'],
    look: { at: 'policies', names: ['squadkit-only-crossplane', 'squadkit-only-crossplane-status'] },
  },
  {
    id: 'no-direct-orders',
    protects: 'servers and clusters from orders that no document gave',
    means: 'Only Crossplane writes managed resources, ways to servers and protections, and only from a document.',
    enforced: [{ by: 'the hub', name: 'squadkit-managed-resources' }],
    controls: ['ISO A.8.2', 'ISO A.8.3', 'ISO A.8.9', 'GDPR Art. 5(1)(f)', 'BSI ORP.4'],
    look: { at: 'policies', names: ['squadkit-managed-resources'] },
    unseen: 'what SREs set in annotations and managementPolicies, which they may',
  },
  {
    id: 'squad-namespaces-are-closed',
    protects: 'credentials in the namespaces of squads on the hub',
    means: 'In your namespace on the hub nobody but Squadkit writes, and nobody takes its marks or its quota away.',
    enforced: [
      { by: 'the hub', name: 'squadkit-squad-namespaces' },
      { by: 'the hub', name: 'squadkit-labels' },
    ],
    controls: ['ISO A.5.17', 'ISO A.8.2', 'ISO A.8.3', 'GDPR Art. 5(1)(f)', 'BSI APP.4.4'],
    look: { at: 'policies', names: ['squadkit-squad-namespaces', 'squadkit-labels'] },
  },
  {
    id: 'delivery-stays-in-its-squad',
    protects: 'what Git says of one squad from what it says of another',
    means:
      'Your folder is applied by a deliverer of your own, which writes the Services of your squad and nothing else, and nobody but the platform decides from where.',
    enforced: [
      { by: 'the hub', name: 'squadkit-delivery' },
      { by: 'the hub', name: 'squadkit:delivery' },
      { by: 'the hub', name: 'squadkit-delivery-engines' },
    ],
    controls: ['ISO A.5.3', 'ISO A.5.15', 'ISO A.8.2', 'ISO A.8.3', 'ISO A.8.32', 'BSI ORP.4'],
    look: { at: 'policies', names: ['squadkit-delivery', 'squadkit-delivery-engines'] },
    unseen: 'an engine that acts with rights of its own, and rights given to a deliverer besides',
  },
  {
    id: 'in-use-stays',
    protects: 'Services from losing their zone or their squad by accident',
    means: 'A zone or a squad that has Services cannot be deleted, by nobody, before it is closed and empty.',
    enforced: [{ by: 'Crossplane', name: 'ClusterUsage' }],
    controls: ['ISO A.5.33', 'ISO A.8.32', 'GDPR Art. 32(1)(b)', 'BSI OPS.1.1.3'],
    look: { at: 'zones', resources: ['protection'] },
  },
  {
    id: 'refusal-changes-nothing',
    protects: 'what exists from a document that is not allowed',
    means: 'A Service that is refused is refused as a whole, and what it has goes on as it is.',
    enforced: [{ by: 'Squadkit', name: 'refuse' }],
    controls: ['ISO A.8.32', 'GDPR Art. 32(1)(b)', 'BSI OPS.1.1.3'],
    look: { at: 'nowhere' },
  },
  {
    id: 'secrets-stay-secret',
    protects: 'passwords and tokens',
    means: 'A password or token is in the Secrets that are meant to hold it, and in no status, event, log or plan.',
    enforced: [
      { by: 'Squadkit', name: 'hubSecret' },
      { by: 'Squadkit', name: 'withoutSecrets' },
      { by: 'Squadkit', name: 'masked' },
    ],
    controls: ['ISO A.5.17', 'ISO A.8.12', 'GDPR Art. 5(1)(f)', 'GDPR Art. 32(1)(b)', 'BSI ORP.4'],
    look: { at: 'nowhere' },
    unseen: 'logs of servers and workloads: with log_statement a PostgreSQL server writes passwords into its own',
  },
  {
    id: 'only-crossplane-calls',
    protects: 'the function, which decides what exists',
    means: 'Nobody but Crossplane can call what makes your databases and namespaces.',
    enforced: [{ by: 'Squadkit', name: 'listenWithTls' }],
    controls: ['ISO A.8.5', 'ISO A.8.20', 'ISO A.8.24', 'GDPR Art. 32(1)(b)', 'BSI CON.1'],
    look: { at: 'nowhere' },
  },
  {
    id: 'nobody-owns-their-guard-rails',
    protects: 'the guard rails from those they guard',
    means: "Your squad owns its folder; Zones, Squads and the rules of approval are the platform's, wherever they lie.",
    enforced: [
      { by: 'your Git host', name: 'codeownersOf' },
      { by: 'Squadkit', name: 'approvalsOf' },
    ],
    controls: ['ISO A.5.3', 'ISO A.8.32', 'BSI OPS.1.1.3'],
    look: { at: 'nowhere' },
    unseen: 'whether your Git host asks the owners of CODEOWNERS before it merges: that is its setting',
  },
];
