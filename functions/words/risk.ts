/** How much a reviewer has to think, from nothing to hold your breath. */
export const risks = ['none', 'routine', 'careful', 'destructive'] as const;

/** One of the four risks. */
export type Risk = (typeof risks)[number];

/** Why a change has its risk. Outside production some weigh less: there is nobody who would miss it at night. */
export const riskReasons = {
  New: { means: 'Something new is created.', production: 'routine', elsewhere: 'routine' },
  Changed: { means: 'Something that exists changes.', production: 'routine', elsewhere: 'routine' },
  ProductionTouched: { means: 'The change is in a zone for production.', production: 'careful', elsewhere: 'routine' },
  PlatformChanged: {
    means: 'A Zone, a Squad or the rules of approval change.',
    production: 'careful',
    elsewhere: 'careful',
  },
  LimitNearlyUsed: { means: 'A limit is used to four fifths or more.', production: 'careful', elsewhere: 'careful' },
  RightsWidened: {
    means:
      'Somebody may do or reach more than before: another login, another group, more rights, another address, another zone.',
    production: 'careful',
    elsewhere: 'careful',
  },
  DataClassRaised: {
    means: 'The Service may hold more sensitive data than before.',
    production: 'careful',
    elsewhere: 'careful',
  },
  GuaranteeLost: {
    means:
      'A protection of the data ends or is another than before: encryption at rest, backups, how often and for how many days, recovery, the region, exchanged logins, ended sessions, or the class by which it needs them.',
    production: 'careful',
    elsewhere: 'careful',
  },
  DeletionAllowed: {
    means: 'The data will be deleted when the component is removed.',
    production: 'careful',
    elsewhere: 'careful',
  },
  ReadByOthers: {
    means:
      'A label or an annotation comes, changes or goes that belongs to a domain: its programs may keep, change or delete the document because of it.',
    production: 'careful',
    elsewhere: 'careful',
  },
  AnotherSquadAffected: {
    means: 'Services change although their documents do not, or a Service goes to another squad.',
    production: 'careful',
    elsewhere: 'careful',
  },
  AccessRevoked: { means: 'A login, Secret or right ends.', production: 'destructive', elsewhere: 'careful' },
  DataLeftBehind: {
    means:
      'A move or a rename makes something anew and empty, or a restore with what a backup holds; the data stays where it was.',
    production: 'destructive',
    elsewhere: 'careful',
  },
  ServerReplaced: {
    means:
      'A registered component gets other credentials, another address or another authority, so perhaps another server.',
    production: 'destructive',
    elsewhere: 'destructive',
  },
  NotReadable: {
    means:
      'Nobody knows what the change takes away: what is there lies in a file that could not be read, or was refused and goes on as it was before.',
    production: 'destructive',
    elsewhere: 'destructive',
  },
  DeliveryChanged: {
    means:
      'A GitOps engine is told to apply something else of the repository, or otherwise: what comes or ends by it is not told.',
    production: 'destructive',
    elsewhere: 'destructive',
  },
  DataDeleted: { means: 'Data is deleted for good.', production: 'destructive', elsewhere: 'destructive' },
} as const satisfies Record<string, { means: string; production: Risk; elsewhere: Risk }>;

/** One of the reasons of the table. */
export type RiskReason = keyof typeof riskReasons;

/** A reason with the words that say what it is about. */
export interface Concern {
  reason: RiskReason;
  risk: Risk;
  because: string;
}

/** A concern about something in that environment. */
export const concern = (reason: RiskReason, environment: string, because: string): Concern => ({
  reason,
  risk: riskReasons[reason][environment === 'production' ? 'production' : 'elsewhere'],
  because,
});

/** Whether a risk is as high as another, or higher. */
export const isAtLeast = (risk: Risk, least: Risk): boolean => risks.indexOf(risk) >= risks.indexOf(least);

/** The highest of them; none if there are none. */
export const highest = (given: Risk[]): Risk =>
  given.reduce<Risk>((before, risk) => (isAtLeast(risk, before) ? risk : before), 'none');

/** Beyond this share of a limit somebody should think about raising it. */
export const nearly = 0.8;
