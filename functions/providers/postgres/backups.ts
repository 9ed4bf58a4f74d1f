import * as z from 'zod/mini';
import { bundleRules, certificates } from '../../documents/certificates.ts';
import { retentionDays, schedule } from '../../documents/guarantees.ts';
import { isPublicKey } from '../../documents/public-key.ts';
import { documentation } from '../../documents/schema.ts';
import { secretIn } from '../secret.ts';

/** Where backups are made on the hub, with the Secrets of the stores. */
export const backupsNamespace = 'squadkit-backups';

/** What a database has for its backups, by local name. */
export const backupResourceNames = [
  'backup',
  'backup-connect',
  'backup-usage',
  'backup-tables',
  'backup-sequences',
  'backup-secret',
  'backup-report',
  'backup-job',
];

/** What a database has for the drills of its backups, by local name. */
export const drillResourceNames = ['drill-report', 'drill-job'];

// No backslashes: the patterns become texts inside rules of the API server.
const endpointPattern =
  '^https://([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[[][0-9A-Fa-f:.]{2,45}])(:[1-9][0-9]{0,4})?$';
const endpointRule =
  'use an address such as https://s3.example.org, with a port where it is another than 443: no path, and no credentials in it';
const regionPattern = '^[a-z0-9-]{1,40}$';
const regionRule = 'use the region as the store calls it, for example eu-west-1';
const bucketPattern = '^[a-z0-9]([a-z0-9.-]{1,61})[a-z0-9]$';
const bucketRule =
  'use the name of a bucket: 3 to 63 small letters, digits, - and ., beginning and ending with a letter or digit';

const recipientPattern = '^age1[0-9a-z]{20,}$';
const recipientRule =
  'use a public key of age as age-keygen prints it, beginning with age1, and copy the whole of it: a letter is missing or another';
const privateKeyRule =
  'take the private key out and make another one: whoever reads this document has it now. Only public keys belong here, which begin with age1';
const recipientsRule = `recipients: ${recipientRule}`;

const imagePattern =
  '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?([/][a-z0-9]([a-z0-9._-]*[a-z0-9])?)+(:[A-Za-z0-9_.-]{1,128})?(@sha256:[0-9a-f]{64})?$';
const imageRule =
  'use the reference of an image: registry.example.org/squadkit/backup:v1.0.0, or with @sha256:… behind';

const isPrivate = (text: string): boolean => /AGE-SECRET-KEY/i.test(text);

/** A public key. What it is otherwise is not said: that may be a private one. */
const recipient = z
  .string()
  .check(
    z.maxLength(2000, recipientRule),
    z.superRefine((text, context) => {
      if (isPrivate(text)) context.addIssue({ code: 'custom', message: privateKeyRule });
      if (!isPrivate(text) && !isPublicKey(text)) context.addIssue({ code: 'custom', message: recipientRule });
    }),
  )
  .register(documentation, { description: 'A public key of age.' });

const store = z
  .strictObject({
    endpoint: z
      .string()
      .check(
        z.maxLength(300, endpointRule),
        z.superRefine((text, context) => {
          if (!new RegExp(endpointPattern).test(text)) context.addIssue({ code: 'custom', message: endpointRule });
        }),
      )
      .register(documentation, {
        description: 'Address of the store, which speaks S3 over TLS: https://s3.example.org.',
      }),
    region: z
      .string()
      .check(z.regex(new RegExp(regionPattern), regionRule), z.maxLength(40))
      .register(documentation, {
        description: 'Region of the store, as the store calls it.',
        patternMessage: regionRule,
      }),
    location: z.optional(z.string().check(z.minLength(1), z.maxLength(63))).register(documentation, {
      description:
        "Where the store lies, in the words of the zone's region. Default: its region. Backups of confidential and restricted data stay in the region of the zone.",
    }),
    bucket: z
      .string()
      .check(z.regex(new RegExp(bucketPattern), bucketRule), z.maxLength(63))
      .register(documentation, {
        description: 'Name of the bucket, which was made with object lock.',
        patternMessage: bucketRule,
      }),
    caBundle: z.optional(
      certificates(
        'PEM certificates of the authority that signed the certificate of the store. Default: those that Node knows.',
      ),
    ),
    secretRef: secretIn(
      backupsNamespace,
      'Secret on the hub, in namespace squadkit-backups, with accessKeyId and secretAccessKey, which may put objects and lock them, and nothing else.',
    ),
  })
  .register(documentation, {
    description: 'Where backups lie.',
    // On the field itself a refusal of the API server would show the value, which may have a password in it.
    'x-kubernetes-validations': [
      ...bundleRules,
      { rule: `self.endpoint.matches('${endpointPattern}')`, message: `endpoint: ${endpointRule}` },
    ],
  });

/** How Squadkit proves backups. */
const drill = z
  .strictObject({
    secretRef: secretIn(
      backupsNamespace,
      'Secret on the hub, in namespace squadkit-backups, with accessKeyId and secretAccessKey, which may look into the store and change nothing, and identity, a file with a private key of age for one of the recipients.',
    ),
    gibibytes: z._default(z.int().check(z.minimum(1), z.maximum(10_000)), 20).register(documentation, {
      description: 'Room on its node for one drill: twice the largest database, in GiB.',
    }),
    minutes: z
      ._default(z.int().check(z.minimum(1), z.maximum(10_000)), 240)
      .register(documentation, { description: 'For how long a drill goes on at most.' }),
    image: z
      .optional(z.string().check(z.regex(new RegExp(imagePattern), imageRule), z.maxLength(300)))
      .register(documentation, {
        description:
          'Image of squadkit-drill, where it lies in a registry of your own. Default: that of this release in ghcr.io.',
        patternMessage: imageRule,
      }),
  })
  .register(documentation, {
    description:
      'Every month the newest backup of each database is restored into a server that lives as long as that takes, and compared with what was backed up. Without it nobody proves the backups.',
  });

/** How Squadkit backs up every database of a server. */
export const backups = z
  .strictObject({
    store,
    recipients: z.array(recipient).check(z.minLength(1), z.maxLength(8)).register(documentation, {
      description:
        'Public keys of age for which every backup is encrypted: with any one of the private keys it can be read. Two, so that one can lie in a safe.',
    }),
    schedule,
    retentionDays,
    image: z
      .optional(z.string().check(z.regex(new RegExp(imagePattern), imageRule), z.maxLength(300)))
      .register(documentation, {
        description:
          'Image of squadkit-backup, where it lies in a registry of your own. Default: that of this release in ghcr.io.',
        patternMessage: imageRule,
      }),
    drill: z.optional(drill),
  })
  .register(documentation, {
    description:
      'Every database of the server is backed up, encrypted, into a store that lets nobody delete what it keeps. Without it Squadkit backs up nothing.',
    'x-kubernetes-validations': [
      {
        rule: "!self.recipients.exists(key, key.contains('AGE-SECRET-KEY'))",
        message: `recipients: ${privateKeyRule}`,
      },
      { rule: `self.recipients.all(key, key.matches('${recipientPattern}'))`, message: recipientsRule },
    ],
  });

/** What backs up both, or so it seems: nobody could tell which backup counts. */
export const backedUpTwice =
  'backups and guarantees.backups exclude each other: remove guarantees.backups, because these are made by Squadkit';
