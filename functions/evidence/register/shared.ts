import type { GuardRail } from '../../words/guard-rail.ts';

const scenarios = 'test/cluster/scenarios';
const hub = 'package/install/hub';
const attacks = 'test/cluster/attacks/hub.ts';

/** The guard rails that no provider has to do with. */
export const sharedGuardRails: readonly GuardRail[] = [
  {
    id: 'zones-of-the-squad',
    protects: 'zones from squads that have no business there',
    means: 'A Service lies only in zones that the platform opened for your squad.',
    enforced: [{ by: 'Squadkit', file: 'functions/service/admit.ts', name: 'ZoneNotAllowed' }],
    tests: [
      { file: `${scenarios}/refusals.test.ts`, title: 'zone not allowed' },
      {
        file: `${scenarios}/refusals.test.ts`,
        title: 'a Service that turns invalid keeps everything, and recovers by itself when the cause goes',
      },
    ],
    controls: ['ISO A.5.15', 'ISO A.8.31', 'GDPR Art. 25', 'BSI ORP.4'],
    look: { at: 'service' },
  },
  {
    id: 'data-classes',
    protects: 'sensitive data from places that are not fit for it',
    means:
      'Data lies only in zones that accept its class, on servers and clusters that declare the encryption and backups which that class needs.',
    enforced: [
      { by: 'Squadkit', file: 'functions/service/admit.ts', name: 'DataClassNotAllowed' },
      { by: 'Squadkit', file: 'functions/service/admit.ts', name: 'admitDataClass' },
    ],
    tests: [
      { file: `${scenarios}/guarantees.test.ts`, title: 'confidential data on a server that declares too little' },
      { file: 'test/unit/documents/guarantees.test.ts', title: '$dataClass data and $of: $want' },
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
    enforced: [{ by: 'Squadkit', file: 'functions/documents/names.ts', name: 'databaseName' }],
    tests: [
      {
        file: 'test/unit/documents/similar-names.test.ts',
        title: 'two Services share no name, on the hub, on a server or in a cluster',
      },
      {
        file: 'test/unit/compose/properties.test.ts',
        title:
          'everything lies in the namespace of the squad, is of an allowed kind, and uses the provider config of its zone',
      },
    ],
    controls: ['ISO A.8.3', 'GDPR Art. 5(1)(f)', 'GDPR Art. 25'],
    look: { at: 'service' },
  },
  {
    id: 'nothing-foreign-is-taken',
    protects: 'databases, roles and namespaces that were there before',
    means:
      'What exists under the name of your Service and is not yours is left alone, and the Service says how to go on.',
    enforced: [
      { by: 'Squadkit', file: 'functions/ownership/claim.ts', name: 'ownership' },
      { by: 'Squadkit', file: 'functions/service/claims.ts', name: 'Refusal' },
    ],
    tests: [
      { file: `${scenarios}/adoption.test.ts`, title: 'is never managed with the right to update or delete' },
      { file: `${scenarios}/adoption.test.ts`, title: 'survives the Service, of which nothing can log in afterwards' },
    ],
    controls: ['ISO A.5.33', 'ISO A.8.3', 'GDPR Art. 5(1)(f)', 'GDPR Art. 32(1)(b)', 'BSI APP.4.3'],
    look: { at: 'service' },
  },
  {
    id: 'services-per-squad',
    protects: 'what all squads share from one that asks for too much',
    means: 'Your squad has at most as many Services as the platform allows.',
    enforced: [{ by: 'the hub', file: 'functions/squad/index.ts', name: 'count/services.squadkit.io' }],
    tests: [{ file: `${scenarios}/protection.test.ts`, title: 'a squad has no more Services than its limit' }],
    controls: ['ISO A.8.6', 'GDPR Art. 32(1)(b)'],
    look: { at: 'squad', resources: ['quota'] },
  },
  {
    id: 'hub-read-only',
    protects: 'credentials and other squads on the hub',
    means: 'On the hub your squad reads its own Services and what is said of them: no Secret, and nothing of others.',
    enforced: [
      { by: 'the hub', file: 'functions/squad/index.ts', name: 'squadkit-reader' },
      { by: 'the hub', file: 'package/install/hub/squadkit.yaml', name: 'squadkit:reader' },
    ],
    tests: [
      {
        file: `${scenarios}/cluster-rights.test.ts`,
        title: 'read their Services on the hub, and no Secret or managed resource',
      },
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
      { by: 'the hub', file: `${hub}/only-git.yaml`, name: 'squadkit-only-git' },
      { by: 'the hub', file: `${hub}/writers.yaml`, name: 'squadkit-writers' },
    ],
    tests: [
      { file: attacks, title: 'change a Service by hand' },
      { file: attacks, title: 'let a Squad use other Zones' },
      { file: attacks, title: 'change a Zone' },
      { file: attacks, title: 'name itself a writer' },
    ],
    controls: ['ISO A.5.3', 'ISO A.8.2', 'ISO A.8.9', 'ISO A.8.32', 'GDPR Art. 32(1)(b)', 'BSI ORP.4', 'BSI OPS.1.1.3'],
    look: { at: 'policies', names: ['squadkit-only-git', 'squadkit-writers'] },
    unseen: 'who the identities are that ConfigMap squadkit-writers names',
  },
  {
    id: 'only-crossplane-links',
    protects: 'the link between a document and what was made for it',
    means: 'What Crossplane keeps in a document and what it says in a status is written by Crossplane only.',
    enforced: [
      { by: 'the hub', file: `${hub}/only-crossplane.yaml`, name: 'squadkit-only-crossplane' },
      { by: 'the hub', file: `${hub}/only-crossplane.yaml`, name: 'squadkit-only-crossplane-status' },
    ],
    tests: [
      { file: attacks, title: 'make Crossplane forget what it made' },
      { file: attacks, title: 'say in the status that all is well' },
    ],
    controls: ['ISO A.5.33', 'ISO A.8.9', 'BSI OPS.1.1.3'],
    look: { at: 'policies', names: ['squadkit-only-crossplane', 'squadkit-only-crossplane-status'] },
  },
  {
    id: 'no-direct-orders',
    protects: 'servers and clusters from orders that no document gave',
    means: 'Only Crossplane writes managed resources, ways to servers and protections, and only from a document.',
    enforced: [{ by: 'the hub', file: `${hub}/managed-resources.yaml`, name: 'squadkit-managed-resources' }],
    tests: [
      { file: attacks, title: 'make a role by a managed resource' },
      { file: attacks, title: 'raise the limit of a login' },
      { file: attacks, title: 'remove the protection of a Zone' },
    ],
    controls: ['ISO A.8.2', 'ISO A.8.3', 'ISO A.8.9', 'GDPR Art. 5(1)(f)', 'BSI ORP.4'],
    look: { at: 'policies', names: ['squadkit-managed-resources'] },
    unseen: 'what SREs set in annotations and managementPolicies, which they may',
  },
  {
    id: 'squad-namespaces-are-closed',
    protects: 'credentials in the namespaces of squads on the hub',
    means: 'In your namespace on the hub nobody but Squadkit writes, and nobody takes its marks or its quota away.',
    enforced: [
      { by: 'the hub', file: `${hub}/squad-namespaces.yaml`, name: 'squadkit-squad-namespaces' },
      { by: 'the hub', file: `${hub}/labels.yaml`, name: 'squadkit-labels' },
    ],
    tests: [
      { file: attacks, title: 'bind a role' },
      { file: attacks, title: 'take the mark off a namespace' },
      { file: attacks, title: 'raise the quota of Services' },
    ],
    controls: ['ISO A.5.17', 'ISO A.8.2', 'ISO A.8.3', 'GDPR Art. 5(1)(f)', 'BSI APP.4.4'],
    look: { at: 'policies', names: ['squadkit-squad-namespaces', 'squadkit-labels'] },
  },
  {
    id: 'in-use-stays',
    protects: 'Services from losing their zone or their squad by accident',
    means: 'A zone or a squad that has Services cannot be deleted, by nobody, before it is closed and empty.',
    enforced: [{ by: 'Crossplane', file: 'functions/ownership/usage.ts', name: 'ClusterUsage' }],
    tests: [
      {
        file: `${scenarios}/protection.test.ts`,
        title: 'a zone and a squad that are open cannot be deleted, and say what to do',
      },
      {
        file: `${scenarios}/protection.test.ts`,
        title: 'closed, they take nothing new; in use, they still cannot be deleted; unused, they can',
      },
    ],
    controls: ['ISO A.5.33', 'ISO A.8.32', 'GDPR Art. 32(1)(b)', 'BSI OPS.1.1.3'],
    look: { at: 'zones', resources: ['protection'] },
  },
  {
    id: 'refusal-changes-nothing',
    protects: 'what exists from a document that is not allowed',
    means: 'A Service that is refused is refused as a whole, and what it has goes on as it is.',
    enforced: [{ by: 'Squadkit', file: 'functions/compose.ts', name: 'refuse' }],
    tests: [
      {
        file: `${scenarios}/refusals.test.ts`,
        title: 'a Service that turns invalid keeps everything, and recovers by itself when the cause goes',
      },
      { file: 'test/unit/compose/properties.test.ts', title: 'any document is either refused or fully answered' },
      { file: 'test/unit/compose/properties.test.ts', title: 'what is observed is never dropped' },
    ],
    controls: ['ISO A.8.32', 'GDPR Art. 32(1)(b)', 'BSI OPS.1.1.3'],
    look: { at: 'nowhere' },
  },
  {
    id: 'secrets-stay-secret',
    protects: 'passwords and tokens',
    means: 'A password or token is in the Secrets that are meant to hold it, and in no status, event, log or plan.',
    enforced: [
      { by: 'Squadkit', file: 'functions/service/deliver.ts', name: 'hubSecret' },
      { by: 'Squadkit', file: 'functions/service/trouble.ts', name: 'withoutSecrets' },
      { by: 'Squadkit', file: 'functions/objects/secrets.ts', name: 'withoutSecrets' },
    ],
    tests: [
      {
        file: `${scenarios}/secrets.test.ts`,
        title: 'their bytes are in exactly the Secrets meant to hold them, on both clusters',
      },
      { file: `${scenarios}/secrets.test.ts`, title: 'they are in no log of any process' },
      { file: 'test/unit/compose/properties.test.ts', title: 'no secret value is anywhere but in a Secret' },
      {
        file: 'test/unit/plan/properties.test.ts',
        title: 'no value of a Secret is in any output, in whatever way it changes',
      },
    ],
    controls: ['ISO A.5.17', 'ISO A.8.12', 'GDPR Art. 5(1)(f)', 'GDPR Art. 32(1)(b)', 'BSI ORP.4'],
    look: { at: 'nowhere' },
    unseen: 'logs of servers and workloads: with log_statement a PostgreSQL server writes passwords into its own',
  },
  {
    id: 'only-crossplane-calls',
    protects: 'the function, which decides what exists',
    means: 'Nobody but Crossplane can call what makes your databases and namespaces.',
    enforced: [{ by: 'Squadkit', file: 'functions/server/listener.ts', name: 'listenWithTls' }],
    tests: [
      { file: 'test/contract/server.test.ts', title: 'refuses a client $who' },
      { file: 'test/contract/server.test.ts', title: 'refuses a client without TLS' },
    ],
    controls: ['ISO A.8.5', 'ISO A.8.20', 'ISO A.8.24', 'GDPR Art. 32(1)(b)', 'BSI CON.1'],
    look: { at: 'nowhere' },
  },
  {
    id: 'nobody-owns-their-guard-rails',
    protects: 'the guard rails from those they guard',
    means: "Your squad owns its folder; Zones, Squads and the rules of approval are the platform's, wherever they lie.",
    enforced: [
      { by: 'your Git host', file: 'functions/plan/approval/codeowners.ts', name: 'codeownersOf' },
      { by: 'Squadkit', file: 'functions/plan/plan.ts', name: 'approvalsOf' },
    ],
    tests: [
      {
        file: 'test/unit/command/commands.test.ts',
        title: 'codeowners: each squad owns its folder, and nobody their own guard rails',
      },
    ],
    controls: ['ISO A.5.3', 'ISO A.8.32', 'BSI OPS.1.1.3'],
    look: { at: 'nowhere' },
    unseen: 'whether your Git host asks the owners of CODEOWNERS before it merges: that is its setting',
  },
];
