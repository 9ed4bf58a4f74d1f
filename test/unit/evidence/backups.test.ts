import { describe, expect, test } from 'vitest';
import { evidenceOf, serviceIn } from '../../../functions/evidence/evidence.ts';
import { backupsOn } from '../../../functions/evidence/live/backups.ts';
import { lookAt } from '../../../functions/evidence/live/look.ts';
import { jsonOf } from '../../../functions/evidence/output/json.ts';
import { markdownOf } from '../../../functions/evidence/output/markdown.ts';
import { textOf } from '../../../functions/evidence/output/text.ts';
import type { Evidence, LiveBackups } from '../../../functions/evidence/subject.ts';
import type { KubernetesObject } from '../../../functions/objects/resource.ts';
import { load } from '../../../functions/tree/load.ts';
import { drill, frontierWithBackups, zonesWithBackups } from '../../support/backups.ts';
import { begin, lastAt, momentOf, said, start } from '../../support/drills.ts';
import type { Life } from '../../support/life.ts';
import { ask, first, one, restored, roundsOf } from '../../support/restores.ts';
import { exampleFile, exampleTree } from '../../support/squadkit.ts';
import { type FakeHub, hubOf } from './hub.ts';

const hour = 3_600_000;
const day = 24 * hour;
const billing = exampleFile('squads/galaxy/billing.yaml');
const restoring = billing.replace(
  'provider: postgres',
  `provider: postgres\n          postgres: { restore: { at: "${first}" } }`,
);

const proven = { at: momentOf(start + 2 * hour), backup: momentOf(start), seconds: 46 };
const notProven = {
  ...{ at: momentOf(start + day), backup: momentOf(start), because: 'rows of table invoice are not what they were' },
  ...{ actor: 'Platform', next: 'look at the store' },
};
const last = { at: momentOf(start), bytes: 184_000_000, rows: 908_354, keptUntil: momentOf(start + 14 * day) };
const inWords = `the last backup is of ${last.at}, 184 MB with 908354 rows, kept until ${last.keptUntil}`;
const provenInWords = `the backup of ${proven.backup} was restored and compared at ${proven.at}, in 46 s`;

/** What the function wrote into the status of a Service after those reports. */
const after = (reports: Record<string, Record<string, unknown>>, life = begin(), now = start + 3 * hour): Life => {
  said(reports, now, life);

  return life;
};

/** A Service whose database began with a backup at `start`, and what reports say then. */
const restoredLife = (reports: Record<string, Record<string, unknown>>): Life => {
  const life = begin();
  ask(life, first);
  roundsOf(life, { [one]: restored });

  return after({ [`${one}.restore-report`]: restored, ...reports }, life);
};

interface Given {
  life?: Life;
  /** The Zone and the Service in Git. */
  zone?: string;
  service?: string;
  /** What happens on the hub besides. */
  change?: (hub: FakeHub) => void;
}

const statusFrom = (hub: FakeHub, { composite }: Life) =>
  hub.change('Service', 'billing', (service) => ({
    ...service,
    status: { ...service.status, zones: composite.status?.zones },
  }));

const treeWith = (zone: string, service: string) => {
  const { target } = load(exampleTree({ 'platform/zones/frontier.yaml': zone, 'squads/galaxy/billing.yaml': service }));

  return { target, subject: evidenceOf(target, serviceIn(target, 'galaxy/billing')) };
};
const usual = treeWith(frontierWithBackups({ drill }), billing);

const evidenceFor = async ({ life, zone, service, change }: Given): Promise<Evidence> => {
  const isUsual = zone === undefined && service === undefined;
  const { target, subject } = isUsual ? usual : treeWith(zone ?? frontierWithBackups({ drill }), service ?? billing);
  const hub = hubOf(target);
  if (life !== undefined) statusFrom(hub, life);
  change?.(hub);

  return { ...subject.evidence, live: await lookAt(hub, subject, target, new Date(start + 4 * hour)) };
};

const backupsFor = async (given: Given): Promise<LiveBackups[]> => (await evidenceFor(given)).live?.backups ?? [];

/** The same for a status of a component, without a look at all the rest. */
const backupsIn = (component: object): LiveBackups[] => {
  const { subject } = usual;
  const status = { zones: [{ name: 'frontier', components: [component] }] };

  return backupsOn({ ...subject.document.object, status }, subject);
};

const place = { component: 'spike', zone: 'frontier' };
const database = 'database `galaxy_billing`';
const beside = `database \`galaxy_billing-${one}\``;
const nothing = { last: undefined, proven: undefined, details: [] };
const notInUse = { ...place, ...nothing, words: 'not in use, and not backed up' };

describe('what evidence says of the backups of a database', () => {
  test('is of when the last one is, and which one was proven and when', async () => {
    const life = after({ 'backup-report': { last: lastAt(start) }, 'drill-report': { proven } });

    expect(await backupsFor({ life })).toEqual([
      { ...place, of: database, last, proven, words: `${inWords}; ${provenInWords}`, details: [] },
    ]);
  });

  test.each([
    {
      name: 'not proven yet',
      reports: { 'backup-report': { last: lastAt(start) } },
      words: `${inWords}; no backup was proven yet`,
    },
    { name: 'not backed up yet', reports: {}, words: 'there is no backup yet; no backup was proven yet' },
    {
      name: 'proven once, and no longer',
      reports: { 'backup-report': { last: lastAt(start) }, 'drill-report': { proven, notProven } },
      words: `${inWords}; ${provenInWords}`,
      details: [
        expect.stringMatching(
          /^the backup of \S+ was not proven at \S+, because rows of table invoice .* Move: Platform[.]$/,
        ),
      ],
    },
    {
      name: 'never proven, because a drill failed',
      reports: { 'backup-report': { last: lastAt(start) }, 'drill-report': { notProven } },
      words: `${inWords}; no backup was proven yet`,
      details: [expect.stringContaining('because rows of table invoice are not what they were')],
    },
  ])('says plainly: $name', async ({ reports, words, details = [] }) => {
    expect(await backupsFor({ life: after(reports) })).toMatchObject([{ of: database, words, details }]);
  });

  test('says that nobody proves them where the Zone says no drill', async () => {
    const life = after({ 'backup-report': { last: lastAt(start) } }, begin(zonesWithBackups()));

    expect(await backupsFor({ life, zone: frontierWithBackups() })).toMatchObject([
      { last, proven: undefined, words: `${inWords}; nobody proves its backups` },
    ]);
  });

  test('says when none was proven for too long', async () => {
    const life = after({ 'drill-report': { proven } }, begin(), start + 40 * day);

    expect(await backupsFor({ life })).toMatchObject([
      { proven, details: [expect.stringMatching(/^none was proven in 35 days; /)] },
    ]);
  });

  test('is nothing where no Zone has a store', async () => {
    const evidence = await evidenceFor({ zone: exampleFile('platform/zones/frontier.yaml') });

    expect(evidence.live?.backups).toEqual([]);
    expect(textOf(evidence)).not.toContain('Known of its backups');
  });

  test.each([
    { name: 'says nothing yet', change: () => {} },
    { name: 'is not there', change: (hub: FakeHub) => hub.change('Service', 'billing', () => undefined) },
  ])('is that nothing is said where the Service $name', async ({ change }) => {
    expect(await backupsFor({ change })).toEqual([
      { ...place, of: database, ...nothing, words: 'the status says nothing of its backups' },
    ]);
  });
});

describe('where a database began with a backup', () => {
  test('each of the two has a row, and backups of before are of the one that is out of use', async () => {
    const life = restoredLife({
      'backup-report': { last: lastAt(start - day) },
      'drill-report': { proven: { ...proven, backup: momentOf(start - day) } },
    });

    expect(await backupsFor({ life, service: restoring })).toEqual([
      {
        ...{ ...place, of: beside, last: undefined, proven: undefined },
        words: 'there is no backup yet; no backup was proven yet',
        details: [
          expect.stringMatching(/^of the database that it replaced the last backup is of 2025-12-31T02:15:00Z, /),
          expect.stringMatching(/^of the database that it replaced the backup of 2025-12-31T02:15:00Z was restored/),
        ],
      },
      { ...notInUse, of: database },
    ]);
  });

  test('what was made since is its own', async () => {
    const life = restoredLife({ 'backup-report': { last: lastAt(start) }, 'drill-report': { proven } });

    expect(await backupsFor({ life, service: restoring })).toMatchObject([
      { of: beside, last, proven, details: [] },
      { ...notInUse, of: database },
    ]);
  });

  test('where nobody knows since when, it is said that they may be of the one before', async () => {
    const life = restoredLife({ 'backup-report': { last: lastAt(start) }, [`${one}.restore-report`]: {} });

    expect(await backupsFor({ life, service: restoring })).toMatchObject([
      { of: beside, details: [expect.stringContaining('this may be of the database that it replaced')] },
      { of: database },
    ]);
  });

  test('the first one is in use until the other is there', async () => {
    const life = begin();
    ask(life, first);
    roundsOf(life);
    after({ 'backup-report': { last: lastAt(start) } }, life);

    expect(await backupsFor({ life, service: restoring })).toMatchObject([
      { of: database, last },
      { ...notInUse, of: beside },
    ]);
  });
});

test('databases of several Zones have a row each, with the Zone', async () => {
  const life = after({ 'backup-report': { last: lastAt(start) }, 'drill-report': { proven } });
  const { target } = load(
    exampleTree({
      'platform/zones/frontier.yaml': frontierWithBackups({ drill }),
      'platform/zones/coast.yaml': frontierWithBackups({ drill })
        .replace('name: frontier', 'name: coast')
        .replace('spike-admin', 'coast-admin')
        .replace('aqua-kubeconfig', 'coast-kubeconfig'),
      'squads/galaxy/billing.yaml': `${billing}    - { name: coast, components: [{ name: spike, provider: postgres }] }\n`,
    }),
  );
  const subject = evidenceOf(target, serviceIn(target, 'galaxy/billing'));
  const hub = hubOf(target);
  statusFrom(hub, life);
  const live = await lookAt(hub, subject, target, new Date(start + 4 * hour));
  const text = textOf({ ...subject.evidence, live });

  expect(live.backups).toMatchObject([
    { zone: 'frontier', last, proven },
    { zone: 'coast', ...nothing },
  ]);
  expect(text).toMatch(/ frontier[.]spike {2}database galaxy_billing: the last backup is of /);
  expect(text).toMatch(/ coast[.]spike +database galaxy_billing: the status says nothing of its backups/);
});

describe('a Service that is refused', () => {
  const life = after({ 'backup-report': { last: lastAt(start) }, 'drill-report': { proven } });

  test('on the hub: it is about what was accepted last', async () => {
    const namespaceOnly = billing.replace(/ +- name: spike.*\n +provider: postgres\n/, '');
    const accepted = load(exampleTree({ 'squads/galaxy/billing.yaml': billing })).target.services.get('galaxy/billing');
    const isRefused = (hub: FakeHub) =>
      hub.change('Service', 'billing', (service) => ({
        ...service,
        status: {
          ...service.status,
          accepted: { generation: 1, spec: accepted?.object.spec },
          conditions: [{ type: 'Accepted', status: 'False', message: 'It is refused.' }],
        },
      }));

    expect(await backupsFor({ life, service: namespaceOnly, change: isRefused })).toMatchObject([
      { of: database, last, proven },
    ]);
    expect(await backupsFor({ life, service: namespaceOnly })).toEqual([]);
  });

  test('in Git: nobody looks, and nothing is said', () => {
    const { target } = load(
      exampleTree({
        'platform/zones/frontier.yaml': frontierWithBackups({ drill }),
        'squads/galaxy/billing.yaml': billing.replace('spec:', 'spec:\n  dataClass: restricted'),
      }),
    );
    const { evidence } = evidenceOf(target, serviceIn(target, 'galaxy/billing'));

    expect(evidence.refused).toBeDefined();
    expect(JSON.parse(jsonOf(evidence)).live).toBeNull();
    expect(textOf(evidence)).not.toMatch(/proven|last backup/);
  });
});

describe('who else may write something', () => {
  const life = after({ 'backup-report': { last: lastAt(start) }, 'drill-report': { proven } });

  test('says nothing of backups: whatever stands in other objects, in spec and in metadata', async () => {
    const forged = { last: JSON.stringify(lastAt(start + 9 * day)), proven: JSON.stringify({ ...proven, seconds: 1 }) };
    const forge = (hub: FakeHub) => {
      for (const [key, object] of hub.objects) {
        const texts = { ...forged, backup: 'Proven', provenAt: momentOf(start + 9 * day), lastAt: momentOf(start) };
        const metadata = { ...object.metadata, annotations: { ...object.metadata?.annotations, ...texts } };
        const isService = object.kind === 'Service';
        hub.objects.set(key, {
          ...object,
          metadata,
          ...(isService
            ? { spec: { ...object.spec, backup: texts } }
            : { data: texts, status: { atProvider: { manifest: { data: forged } } } }),
        } as KubernetesObject);
      }
    };

    expect(await backupsFor({ life, change: forge })).toEqual(await backupsFor({ life }));
    expect(await backupsFor({ change: forge })).toMatchObject([
      { ...nothing, words: 'the status says nothing of its backups' },
    ]);
  });

  test('is named where the hub does not refuse it', async () => {
    const evidence = await evidenceFor({
      life,
      change: (hub) => hub.change('ValidatingAdmissionPolicy', 'squadkit-only-crossplane-status', () => undefined),
    });

    expect(textOf(evidence)).toContain('guard rail only-crossplane-links does not hold.');
    expect(textOf(await evidenceFor({ life }))).toContain('guard rail only-crossplane-links holds.');
  });

  const zones = life.composite.status?.zones as { components: ({ name: string; backup: object } | undefined)[] }[];
  const component = zones[0]?.components[0];
  const odd: unknown[] = [
    undefined,
    null,
    7,
    'text',
    [],
    {},
    '2026-01-01',
    '2026-01-01T02:15:00Z\n',
    '\u001b[31m',
    -1,
    1.5,
  ];
  const fields = ['lastAt', 'lastBytes', 'lastRows', 'lastKeptUntil', 'provenAt', 'provenBackup', 'provenSeconds'];

  test.each(fields)('of a status only what is written as Squadkit writes it is repeated: %s', (field) => {
    for (const value of odd) {
      if (value === 7 && /Bytes|Rows|Seconds/.test(field)) continue;
      const [found] = backupsIn({ ...component, backup: { ...component?.backup, [field]: value } });

      expect(found).toMatchObject(field.startsWith('last') ? { last: undefined, proven } : { last, proven: undefined });
    }
  });

  test.each(['galaxy_catalog', 'galaxy_billing-x', '`; proven', 7, null])(
    'nor the name of a database that is none of its own: %s',
    (name) => {
      const [found] = backupsIn({ ...component, database: name });

      expect(found?.of).toBe(database);
    },
  );
});

test('text, Markdown and JSON say the same', async () => {
  const evidence = await evidenceFor({
    life: after({ 'backup-report': { last: lastAt(start) }, 'drill-report': { proven } }),
  });
  const note = 'As the status of the Service says it, which nobody but Crossplane may write: guard rail';

  expect(textOf(evidence)).toContain(
    `\nKnown of its backups\n  ${note} only-crossplane-links holds.\n  spike  database galaxy_billing: ${inWords}; ${provenInWords}\n`,
  );
  expect(markdownOf(evidence)).toContain(
    `\n## Known of its backups\n\n${note} \`only-crossplane-links\` holds.\n\n- **spike**: ${database}: ${inWords}; ${provenInWords}\n`,
  );
  expect(JSON.parse(jsonOf(evidence)).live.backups).toEqual([
    { ...place, of: database, words: `${inWords}; ${provenInWords}`, details: [], last, proven },
  ]);
  const { live } = JSON.parse(jsonOf(await evidenceFor({ life: after({}) })));
  expect(live.backups).toMatchObject([{ last: null, proven: null }]);
});
