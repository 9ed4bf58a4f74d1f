import type { GuardRail } from '../../words/guard-rail.ts';

/** The guard rails that the hub's API server holds, whoever writes there. */
export const hubGuardRails: readonly GuardRail[] = [
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
    id: 'services-per-squad',
    protects: 'what all squads share from one that asks for too much',
    means: 'Your squad has at most as many Services as the platform allows.',
    enforced: [{ by: 'the hub', name: 'count/services.squadkit.io' }],
    controls: ['ISO A.8.6', 'GDPR Art. 32(1)(b)'],
    look: { at: 'squad', resources: ['quota'] },
  },
  {
    id: 'hub-read-only',
    protects: 'credentials and other squads on the hub',
    means: 'On the hub your people read their own Services and what is said of them: no Secret, nothing of others.',
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
    id: 'janitor-reads-no-data',
    protects: 'databases, and the credentials of servers, from the program that ends sessions',
    means:
      'What ends sessions of logins that have ended reads no row, becomes nobody, and is reached by nobody whom the platform does not name.',
    enforced: [
      { by: 'the hub', name: 'squadkit:janitor' },
      { by: 'the hub', name: 'squadkit-janitor' },
    ],
    controls: ['ISO A.5.15', 'ISO A.8.2', 'ISO A.8.3', 'GDPR Art. 25', 'BSI ORP.4', 'BSI APP.4.4'],
    look: { at: 'policies', names: ['squadkit-janitor'] },
    unseen:
      'rights that somebody gave its login on a server or its ServiceAccount besides; squadkit doctor says the first',
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
    unseen:
      'what SREs pause, have looked at, take out of the providers’ hands, or let go while it is being deleted, which they may',
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
];
