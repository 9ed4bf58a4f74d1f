import type { GuardRail } from '../../words/guard-rail.ts';
import { hubGuardRails } from './hub.ts';

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
      { by: 'Squadkit', name: 'refuseElsewhere' },
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
    unseen:
      'a server that another hub uses with an administrator who cannot read the marker; in a plan, two Secrets that lead to one server or cluster, which only the hub sees',
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
    means:
      'A document that is refused is refused as a whole. The one that was accepted last stays in force: what it made is kept true, and nobody keeps a right that the platform has taken away since.',
    enforced: [
      { by: 'Squadkit', name: 'refuse' },
      { by: 'Squadkit', name: 'keptAnswer' },
    ],
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
  ...hubGuardRails,
];
