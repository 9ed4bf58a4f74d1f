import type { RefusalReason } from '../functions/round/refusal.ts';

/** What each reason of the closed list means, for people who see it in the column ACCEPTED or in a plan. */
const meanings: Record<RefusalReason, string> = {
  SquadNotFound: 'The namespace belongs to no Squad.',
  SquadClosed: 'The Squad takes nothing new.',
  SquadNotAccepted: 'The Squad is refused itself, or nobody has looked at it yet.',
  ZoneNotFound: 'There is no such Zone.',
  ZoneNotAllowed: 'The squad may not use this Zone.',
  ZoneClosed: 'The Zone takes nothing new.',
  ComponentNotFound: 'The Zone has no such component.',
  ComponentInUse: 'A Zone may not lose a component that Services use.',
  ProviderMismatch: 'The component is of another provider.',
  DataClassNotAllowed: 'The Zone does not accept data of this class, or declares too little for it.',
  ExtensionNotAllowed: 'The Zone does not offer the extension.',
  LimitExceeded: 'It is more than the Zone or the Squad has left, or than the Zone gives to one Service.',
  Reserving: 'For a second: what is nearly used up is being reserved.',
  NameNotAllowed: 'A name that cannot be; the message says what would be right.',
  NameTaken:
    'Something of that name exists and is not ours; the message says how its name gets free, and how a database or namespace is handed over.',
  NameUsedBefore:
    'Another squad had this name and may have left something; the message says what to write if it is to be inherited.',
  DataGone: 'A database that was made for the Service is not there any more; the message says how it comes back.',
  ServerTaken: 'The server or cluster is registered by another component, Zone or hub.',
  ServerNotPrepared: 'The administrator on the server lacks a setting or a right; the message says what to type.',
  HubNotNamed: 'The installation has not given the hub a name.',
  NamespaceDeleted: "Somebody deleted a squad's namespace by force; the message says how it is freed.",
  SettingInvalid: 'A value that cannot be; the message says what would be right.',
};

/** The closed list of reasons for which a document is refused, as a table. */
export const refusalTable = (): string =>
  [
    '| reason | meaning |',
    '|---|---|',
    ...Object.entries(meanings).map(([reason, meaning]) => `| ${reason} | ${meaning} |`),
  ].join('\n');
