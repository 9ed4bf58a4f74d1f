import { describe, expect, test } from 'vitest';
import { backups } from '../../support/backups.ts';
import { otherCertificate } from '../../support/examples.ts';
import { exampleFile, exampleTree, type Files, squadkit } from '../../support/squadkit.ts';

const frontier = exampleFile('platform/zones/frontier.yaml');
const galaxy = exampleFile('platform/squads/galaxy.yaml');
const billing = exampleFile('squads/galaxy/billing.yaml');

interface Told {
  /** Reasons besides that something changes, by the name of the document. */
  reasons: Record<string, string[]>;
  risk: string;
  approvers: string[];
}

const ordinary = ['Changed', 'ProductionTouched', 'PlatformChanged', 'AnotherSquadAffected'];

const told = async (base: Files, target: Files): Promise<Told> => {
  const [before, after] = [exampleTree(base), exampleTree({ ...base, ...target })];
  const { out, status } = await squadkit(['plan', after, '--base', before, '--format', 'json']);
  expect(status).toBe(0);
  const { changes, approvals, risk } = JSON.parse(out) as {
    changes: { name: string; reasons: { reason: string }[] }[];
    approvals: { approver: string }[];
    risk: string;
  };

  return {
    reasons: Object.fromEntries(
      changes.map(({ name, reasons }) => [
        name,
        [...new Set(reasons.map(({ reason }) => reason))].filter((reason) => !ordinary.includes(reason)).sort(),
      ]),
    ),
    risk,
    approvers: approvals.map(({ approver }) => approver),
  };
};

/** The example's Zone with a setting of a component more, or another one. */
const withPostgres = (lines: string): string =>
  frontier.replace('        readEndpoint:', `        ${lines}\n        readEndpoint:`);
const withKubernetes = (lines: string): string => `${frontier}        ${lines}\n`;
const withSquad = (lines: string): string => galaxy.replace('  zoneSelector:', `  ${lines}\n  zoneSelector:`);
const withSpec = (dataClass: string): string => billing.replace('spec:', `spec:\n  dataClass: ${dataClass}`);
const zone = (content: string): Files => ({ 'platform/zones/frontier.yaml': content });
const squad = (content: string): Files => ({ 'platform/squads/galaxy.yaml': content });

const cluster = 'clusterNetworks: [10.244.0.0/16]';
const mail = (networks: string): string =>
  withKubernetes(`${cluster}\n        egress: { mail: { networks: ${networks}, ports: [25] } }`);
const [ours, others] = [
  /-----BEGIN[^-]+-----[^-]+-----END CERTIFICATE-----/.exec(frontier)?.[0] ?? '',
  otherCertificate(),
];
const indented = others.trim().replaceAll('\n', '\n          ');

interface Case {
  name: string;
  base?: Files;
  target: Files;
  /** Of the Zone or Squad, and of the Service. */
  platform?: string[];
  service?: string[];
  /** The other way round. */
  back?: { platform?: string[]; service?: string[] };
  isSecurityAsked?: boolean;
}

const people = ['AccessRevoked', 'RightsWidened'];

const cases: Case[] = [
  {
    name: 'the address of a database that is another one',
    base: zone(withPostgres('endpoint: { host: one.example.org }')),
    target: zone(withPostgres('endpoint: { host: two.example.org }')),
    ...{ platform: ['ServerReplaced'], service: ['ServerReplaced'] },
    back: { platform: ['ServerReplaced'], service: ['ServerReplaced'] },
  },
  {
    name: 'the address of replicas that is another one',
    target: zone(frontier.replace('host: localhost', 'host: replicas.example.org')),
    ...{ platform: ['ServerReplaced'], service: ['ServerReplaced'] },
    back: { platform: ['ServerReplaced'], service: ['ServerReplaced'] },
  },
  {
    name: 'replicas that come, and those that go',
    base: zone(frontier.replace(/ +readEndpoint: .*\n/, '')),
    target: zone(frontier),
    ...{ platform: ['RightsWidened'], service: ['RightsWidened'] },
    back: { platform: [], service: [] },
    isSecurityAsked: true,
  },
  {
    name: 'the address of a cluster that is another one',
    target: zone(frontier.replace('https://aqua.', 'https://other.')),
    ...{ platform: ['ServerReplaced'], service: ['ServerReplaced'] },
    back: { platform: ['ServerReplaced'], service: ['ServerReplaced'] },
  },
  {
    name: 'an authority of a database that is another one',
    target: zone(frontier.replace(ours, indented)),
    ...{ platform: ['RightsWidened', 'ServerReplaced'], service: ['RightsWidened', 'ServerReplaced'] },
    back: { platform: ['RightsWidened', 'ServerReplaced'], service: ['RightsWidened', 'ServerReplaced'] },
    isSecurityAsked: true,
  },
  {
    name: 'an authority that comes beside the one of before, and one that goes',
    target: zone(frontier.replace(ours, `${ours}\n          ${indented}`)),
    ...{ platform: ['RightsWidened'], service: ['RightsWidened'] },
    back: { platform: [], service: [] },
    isSecurityAsked: true,
  },
  {
    name: 'the authority of a cluster that goes: any is believed then',
    target: zone(frontier.replace(/( {8}server: https.*\n) {8}caBundle: \|[\s\S]*?-----END CERTIFICATE-----\n/, '$1')),
    ...{ platform: ['RightsWidened'], service: ['RightsWidened'] },
    back: { platform: [], service: [] },
    isSecurityAsked: true,
  },
  {
    name: 'another prefix of groups',
    target: zone(frontier.replace('"oidc:"', '"sso:"')),
    ...{ platform: people, service: people },
    back: { platform: people, service: people },
    isSecurityAsked: true,
  },
  {
    name: 'other people of a squad',
    target: squad(galaxy.replace('group: galaxy', 'group: milkyway')),
    ...{ platform: people, service: people },
    back: { platform: people, service: people },
    isSecurityAsked: true,
  },
  {
    name: 'other guests of a squad',
    base: squad(withSquad('guestGroup: audit')),
    target: squad(withSquad('guestGroup: revision')),
    ...{ platform: people, service: people },
    back: { platform: people, service: people },
    isSecurityAsked: true,
  },
  {
    name: 'owners that come, and those that go',
    target: squad(withSquad('ownerGroup: heads')),
    ...{ platform: ['RightsWidened'], service: ['RightsWidened'] },
    back: { platform: ['AccessRevoked'], service: ['AccessRevoked'] },
    isSecurityAsked: true,
  },
  {
    name: 'other pipelines',
    base: squad(withSquad('deployerGroup: pipelines')),
    target: squad(withSquad('deployerGroup: conveyors')),
    ...{ platform: people, service: people },
    back: { platform: people, service: people },
    isSecurityAsked: true,
  },
  {
    name: 'backups that are made less often, and more often',
    target: zone(frontier.replace('"15 2 * * *"', '"0 0 1 1 *"')),
    ...{ platform: ['GuaranteeLost'], service: ['GuaranteeLost'] },
    back: { platform: [], service: [] },
    isSecurityAsked: true,
  },
  {
    name: 'backups that are made at another time',
    target: zone(frontier.replace('"15 2 * * *"', '"45 3 * * *"')),
    ...{ platform: [], service: [] },
    back: { platform: [], service: [] },
  },
  {
    name: 'a class of data that is lowered, and raised',
    base: { 'squads/galaxy/billing.yaml': withSpec('confidential') },
    target: { 'squads/galaxy/billing.yaml': withSpec('public') },
    service: ['GuaranteeLost'],
    back: { service: ['DataClassRaised'] },
    isSecurityAsked: true,
  },
  {
    name: 'an older wording of what pods may be, and a newer one',
    target: zone(withKubernetes('podSecurity: { version: v1.30 }')),
    ...{ platform: ['RightsWidened'], service: ['RightsWidened'] },
    back: { platform: [], service: [] },
    isSecurityAsked: true,
  },
  {
    name: 'networks of a server that become narrower, and wider',
    base: zone(withPostgres('networks: [10.0.0.0/8]')),
    target: zone(withPostgres('networks: [10.1.0.0/16, 10.2.0.0/16]')),
    ...{ platform: [], service: [] },
    back: { platform: ['RightsWidened'], service: ['RightsWidened'] },
  },
  {
    name: 'networks that are written otherwise',
    base: zone(withPostgres('networks: [10.0.0.0/8]')),
    target: zone(withPostgres('networks: [10.0.0.0/9, 10.128.0.0/9]')),
    ...{ platform: [], service: [] },
    back: { platform: [], service: [] },
  },
  {
    name: 'a destination that becomes narrower, and wider',
    base: {
      ...zone(mail('[192.0.2.0/24]')),
      'squads/galaxy/billing.yaml': billing.replace(
        'provider: kubernetes',
        'provider: kubernetes\n          kubernetes: { egress: [mail] }',
      ),
    },
    target: zone(mail('[192.0.2.0/28]')),
    ...{ platform: [], service: [] },
    back: { platform: ['RightsWidened'], service: ['RightsWidened'] },
  },
  {
    name: 'networks of the cluster that no longer stay closed in what is open, and do again',
    base: zone(withKubernetes('clusterNetworks: [10.244.0.0/16, 10.96.0.0/12]\n        ingressNetworks: [10.0.0.0/8]')),
    target: zone(withKubernetes(`${cluster}\n        ingressNetworks: [10.0.0.0/8]`)),
    ...{ platform: ['RightsWidened'], service: ['RightsWidened'] },
    back: { platform: [], service: [] },
    isSecurityAsked: true,
  },
  {
    name: 'another region',
    target: zone(frontier.replace('region: eu-west-1', 'region: us-east-1')),
    ...{ platform: ['GuaranteeLost'], service: ['GuaranteeLost'] },
    back: { platform: ['GuaranteeLost'], service: ['GuaranteeLost'] },
    isSecurityAsked: true,
  },
  {
    name: 'nobody who ends sessions any more, and somebody again',
    target: zone(frontier.replace(/ +janitor: .*\n/, '')),
    ...{ platform: ['GuaranteeLost'], service: ['GuaranteeLost'] },
    back: { platform: [], service: [] },
    isSecurityAsked: true,
  },
  {
    name: 'logins that are no longer exchanged, and are again',
    base: zone(withPostgres('credentials: { rotateEvery: 90d }')),
    target: zone(frontier),
    ...{ platform: ['GuaranteeLost'], service: ['GuaranteeLost'] },
    back: { platform: [], service: [] },
    isSecurityAsked: true,
  },
  {
    name: 'backups that somebody else can read, and nobody else any more',
    base: zone(withBackups(backups)),
    target: zone(
      withBackups({
        ...backups,
        recipients: [...backups.recipients, 'age1dnaf4gny4shk32edlh8weh0kzcexqx2yyq9etn2trfeg8xtqeu4qgxac32'],
      }),
    ),
    ...{ platform: ['RightsWidened'], service: [] },
    back: { platform: [], service: [] },
    isSecurityAsked: true,
  },
  {
    name: 'a limit of a squad that is higher, and lower',
    base: squad(galaxy.replace('services: 20', 'services: 20, connections: 60')),
    target: squad(galaxy.replace('services: 20', 'services: 20, connections: 900')),
    platform: [],
    back: { platform: [] },
  },
  {
    name: 'a limit of a squad that there is no longer, and one that comes',
    base: squad(galaxy.replace('services: 20', 'services: 20, connections: 60')),
    target: squad(galaxy),
    platform: ['RightsWidened'],
    back: { platform: [] },
    isSecurityAsked: true,
  },
  {
    name: 'zones that a squad may use whatever they are for, and only some of them',
    target: squad(galaxy.replace('      squadkit.io/environment: production', '      {}')),
    platform: ['RightsWidened'],
    back: { platform: [] },
    isSecurityAsked: true,
  },
];

function withBackups(block: object): string {
  return frontier
    .replace(/ +backups: .*\n +pointInTimeRecovery: .*\n/, '')
    .replace('        readEndpoint:', `        backups: ${JSON.stringify(block)}\n        readEndpoint:`);
}

describe.each(cases)('$name', ({ base = {}, target, platform, service, back = {}, isSecurityAsked = false }) => {
  const expected = (reasons: Pick<Case, 'platform' | 'service'>, isZone: boolean) => ({
    ...(reasons.platform && { [isZone ? 'frontier' : 'galaxy']: reasons.platform }),
    ...(reasons.service && { 'galaxy/billing': reasons.service }),
  });
  const isZone = Object.keys(target)[0]?.includes('zones') ?? false;

  test('says what it means', async () => {
    const { reasons, approvers, risk } = await told(base, target);

    expect(reasons).toEqual(expected({ platform, service } as Case, isZone));
    expect(approvers.includes('security')).toBe(isSecurityAsked);
    expect(risk).not.toBe('routine');
  });

  test('says what the opposite means', async () => {
    const { reasons } = await told({ ...base, ...target }, { ...originals(target), ...base });

    expect(reasons).toEqual(expected(back as Case, isZone));
  });
});

function originals(files: Files): Files {
  return Object.fromEntries(Object.keys(files).map((path) => [path, exampleFile(path)]));
}

test('other people in production are a risk of access that ends, in whatever way they are others', async () => {
  for (const target of [
    zone(frontier.replace('"oidc:"', '"sso:"')),
    squad(galaxy.replace('group: galaxy', 'group: milkyway')),
  ]) {
    const { risk, approvers } = await told({}, target);

    expect([risk, approvers]).toEqual(['destructive', ['squad galaxy', 'platform', 'security']]);
  }
});

test('an address elsewhere is a risk like other credentials', async () => {
  const { risk, approvers } = await told({}, zone(frontier.replace('https://aqua.', 'https://other.')));

  expect([risk, approvers]).toEqual(['destructive', ['squad galaxy', 'platform']]);
});

test('networks that become narrower are said to, and not to be more', async () => {
  const [before, after] = ['[10.0.0.0/8]', '[10.1.0.0/16]'].map((networks) =>
    exampleTree(zone(withPostgres(`networks: ${networks}`))),
  ) as [string, string];
  const { out } = await squadkit(['plan', after, '--base', before]);

  expect(out).toContain('may reach only port 5432 in 10.1.0.0/16 instead of port 5432 in 10.0.0.0/8');
});

test('a limit that there is no longer is said to be any number', async () => {
  const [before, after] = ['services: 20, connections: 60', 'services: 20'].map((limits) =>
    exampleTree(squad(galaxy.replace('services: 20', limits))),
  ) as [string, string];
  const { out } = await squadkit(['plan', after, '--base', before]);

  expect(out).toContain('changes squad galaxy: connections at most any number instead of 60');
});

test('what looks like a credential in a document is not shown where the plan says what changes', async () => {
  const token = ['ghp', 'x'.repeat(36)].join('_');
  const after = exampleTree(squad(galaxy.replace('name: galaxy', `name: galaxy\n  annotations: { note: ${token} }`)));
  const { out } = await squadkit(['plan', after, '--base', exampleTree()]);

  expect(out).toContain('changes annotation note');
  expect(out).not.toContain(token);
});
