import type { KubernetesObject } from '../../functions/objects/resource.ts';
import { exampleCertificate } from './examples.ts';
import { zonesWith } from './registered.ts';
import { exampleFile } from './squadkit.ts';

/** A public key of age of which nobody has the other half. */
export const recipient = 'age1csggcql7hcp4qnaeqxe02vzfwdpwg9wz2hhyghqyye5f68t03qus3z3cyh';

/** What a platform registers for backups. */
export const backups = {
  store: {
    ...{ endpoint: 'https://s3.example.org', region: 'eu-west-1', bucket: 'frontier-backups' },
    secretRef: { name: 'frontier-backups-writer' },
  },
  ...{ recipients: [recipient], schedule: '15 2 * * *', retentionDays: 14 },
};

/** The example's Zones, in which Squadkit backs up every database. */
export const zonesWithBackups = (more: object = {}): KubernetesObject[] =>
  zonesWith({ postgres: { backups: { ...backups, ...more }, guarantees: { encryptedAtRest: true } } });

/** The file of Zone frontier of the examples, without what it declares of backups. */
export const frontierNotBackedUp = (): string =>
  exampleFile('platform/zones/frontier.yaml').replace(/ +backups: .*\n +pointInTimeRecovery: .*\n/, '');

/** The same, in which Squadkit backs up. */
export const frontierWithBackups = (more: object = {}): string =>
  frontierNotBackedUp().replace(
    '        readEndpoint:',
    `        backups: ${JSON.stringify({ ...backups, ...more })}\n        readEndpoint:`,
  );

/** The Secret by which they are proven. */
export const drill = { secretRef: { name: 'frontier-drill' } };

/** A text that looks like a private key. */
export const privateKey = `AGE-SECRET-KEY-1${'Q'.repeat(58)}`;

/** The block with another value of the field at that path; undefined takes it out. */
export const changed = (path: string, value: unknown): object => {
  const block = structuredClone({ ...backups, drill }) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() as string;
  const inner = keys.reduce((outer, key) => outer[key] as Record<string, unknown>, block);
  if (value === undefined) delete inner[last];
  if (value !== undefined) inner[last] = value;

  return block;
};

const otherKinds = [null, true, 7, 'text', [], {}, ['text'], { name: 'text' }];
/** A public key of which one letter is another. */
export const mistyped = `${recipient.slice(0, -1)}${recipient.endsWith('q') ? 'p' : 'q'}`;

/** Of every field: whether it has to be there, and values of its own kind, right ones and wrong ones. */
export const fields: Record<string, { isRequired: boolean; right: unknown[]; wrong: unknown[] }> = {
  store: { isRequired: true, right: [backups.store], wrong: [] },
  'store.endpoint': {
    isRequired: true,
    right: ['https://s3.example.org', 'https://10.0.0.7:9000', 'https://[fd00::7]:7070', 'https://localhost:1'],
    wrong: [
      ...['', 's3.example.org', 'http://s3.example.org', 'https://', 'https://s3.example.org/', 'https://a/bucket'],
      ...['https://key:canary-of-a-password@s3.example.org', 'https://a?b', 'https://a#b', 'https://a b', 'https://a:'],
      ...['https://a:0', 'ftp://a', ' https://a', 'https://a ', 'https://a\n', `https://${'a'.repeat(300)}`],
    ],
  },
  'store.region': {
    isRequired: true,
    right: ['eu-west-1'],
    wrong: ['', 'Frankfurt', 'eu west', 'eu/west', 'a'.repeat(41), 'eu-west-1\n'],
  },
  'store.location': { isRequired: false, right: ['eu-west-1'], wrong: ['', 'a'.repeat(64)] },
  'store.bucket': {
    isRequired: true,
    right: ['abc', 'frontier-backups', 'a.b.c', '1-2'],
    wrong: ['', 'ab', 'Frontier', '-abc', 'abc-', 'a/b', 'a b', 'a_b', 'a'.repeat(64), 's3://abc'],
  },
  'store.caBundle': {
    isRequired: false,
    right: [exampleCertificate()],
    wrong: ['', 'ca.crt', '-----BEGIN PRIVATE KEY-----\ncanary-of-a-password\n-----END PRIVATE KEY-----'],
  },
  'store.secretRef': {
    isRequired: true,
    right: [{ name: 'writer' }],
    wrong: [{ name: 'writer', namespace: 'default' }],
  },
  'store.secretRef.name': { isRequired: true, right: ['a', 'a.b-c'], wrong: ['', 'A', '-a', 'a/b', 'a'.repeat(254)] },
  recipients: {
    isRequired: true,
    right: [[recipient], [recipient, recipient]],
    wrong: [
      ...[
        [],
        Array(9).fill(recipient),
        [mistyped],
        [recipient.slice(0, -1)],
        [recipient.toUpperCase()],
        [` ${recipient}`],
      ],
      ...[
        [`${recipient}\n`],
        ['age1'],
        [''],
        ['ssh-ed25519 AAAA'],
        [recipient, privateKey],
        [privateKey.toLowerCase()],
      ],
      ...[[7], [null], [[recipient]]],
    ],
  },
  schedule: {
    isRequired: true,
    right: ['15 2 * * *', '*/30 * * * *'],
    wrong: ['', '@daily', '60 2 * * *', '15 24 * * *', '* * * *', '15 2 * * * *', 'TZ=UTC 15 2 * * *', '15 2 * * MON'],
  },
  retentionDays: { isRequired: true, right: [1, 36_500], wrong: [0, -1, 1.5, 36_501, Number.NaN] },
  image: {
    isRequired: false,
    right: ['registry.example.org/squadkit/backup:v1.0.0', `localhost:5000/backup@sha256:${'a'.repeat(64)}`],
    wrong: ['', 'a b', 'https://registry.example.org/a', 'a@sha256:abc', '-a', 'a'.repeat(301)],
  },
  drill: { isRequired: false, right: [drill], wrong: [{ ...drill, every: '30d' }] },
  'drill.secretRef': { isRequired: true, right: [{ name: 'drill' }], wrong: [{ name: 'drill', namespace: 'default' }] },
  'drill.secretRef.name': { isRequired: true, right: ['a', 'a.b-c'], wrong: ['', 'A', '-a', 'a/b', 'a'.repeat(254)] },
  'drill.gibibytes': { isRequired: false, right: [1, 10_000], wrong: [0, -1, 1.5, 10_001] },
  'drill.minutes': { isRequired: false, right: [1, 10_000], wrong: [0, -1, 1.5, 10_001] },
  'drill.image': {
    isRequired: false,
    right: ['registry.example.org/squadkit/drill:v1.0.0', `localhost:5000/drill@sha256:${'a'.repeat(64)}`],
    wrong: ['', 'a b', 'https://registry.example.org/a', 'a@sha256:abc', '-a', 'a'.repeat(301)],
  },
};

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value);

/** Each field with each value that it must not have; undefined: it is missing. */
export const wrongShapes: { path: string; value: unknown }[] = Object.entries(fields).flatMap(
  ([path, { isRequired, right, wrong }]) => [
    ...(isRequired ? [{ path, value: undefined }] : []),
    ...otherKinds.filter((value) => kindOf(value) !== kindOf(right[0])).map((value) => ({ path, value })),
    ...wrong.map((value) => ({ path, value })),
  ],
);
