import * as z from 'zod';
import { backups, encryptedAtRest } from '../../guarantees.ts';

const extensionName = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/)
  .describe('Name of a PostgreSQL extension, for example pg_trgm.');

const recoveryRule = 'pointInTimeRecovery needs backups to start from: describe them too';
const hasWhatItRecoversFrom = (guarantees: { backups?: object | undefined; pointInTimeRecovery: boolean }): boolean =>
  !guarantees.pointInTimeRecovery || guarantees.backups !== undefined;

/** What the platform registers about a PostgreSQL server. */
export const zoneSettings = z
  .strictObject({
    credentialsSecretRef: z
      .strictObject({
        namespace: z.string().min(1).max(63).describe('Namespace of the Secret on the hub.'),
        name: z.string().min(1).max(253).describe('Name of the Secret on the hub.'),
      })
      .describe(
        'Secret on the hub with username, password, endpoint and port of the administrator. The endpoint must be a name or address in the certificate of the server.',
      ),
    adminRole: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,62}$/)
      .describe(
        "The administrator's role: not a superuser, with LOGIN, CREATEDB and CREATEROLE, and with createrole_self_grant set to 'set, inherit'.",
      ),
    version: z.int().min(16).max(99).describe('Major version of the server. At least 16.'),
    caBundle: z
      .string()
      .min(1)
      .max(65536)
      .describe('PEM certificates of the authority that signed the certificate of the server; delivered to services.'),
    endpoint: z
      .strictObject({
        host: z.string().min(1).max(253).describe('Name or address in the certificate of the server.'),
        port: z.int().min(1).max(65535).default(5432).describe('Port of the server.'),
      })
      .optional()
      .describe(
        'Where services reach the server. Default: where a login was made, which is not followed when the server moves. Set it when it does, and change the Secret too.',
      ),
    readEndpoint: z
      .strictObject({
        host: z.string().min(1).max(253).describe('Name or address of the replicas.'),
        port: z.int().min(1).max(65535).default(5432).describe('Port of the replicas.'),
      })
      .optional()
      .describe('Replicas, for read-heavy services: delivered beside the primary.'),
    networks: z
      .array(
        z
          .string()
          .regex(/^[0-9a-f.:]{2,39}\/[0-9]{1,3}$/)
          .max(43)
          .describe('A network in CIDR notation.'),
      )
      .max(16)
      .default([])
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe(
        'Networks in which the server and its replicas have their addresses. Namespaces may reach the port there; when empty, at any address.',
      ),
    extensions: z
      .array(extensionName)
      .max(64)
      .default([])
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe('Extensions that squads may ask for.'),
    connections: z
      .strictObject({
        default: z.int().min(1).max(10000).default(20).describe('Connections of a service that does not ask.'),
        max: z.int().min(1).max(10000).default(60).describe('The most that one service may ask for.'),
        total: z
          .int()
          .min(1)
          .max(1000000)
          .optional()
          .describe(
            'The most that all services of the server may hold together: max_connections without what administrators, replicas and Squadkit itself need. Never promised twice; unlimited when left out.',
          ),
      })
      .prefault({})
      .describe('Connections that services may hold at the same time.'),
    guarantees: z
      .strictObject({
        encryptedAtRest: encryptedAtRest('Data, logs and backups of the server are encrypted on disk.'),
        backups: backups.optional(),
        pointInTimeRecovery: z
          .boolean()
          .default(false)
          .describe('Any moment can be restored for which there are backups: the write-ahead log is kept with them.'),
      })
      .refine(hasWhatItRecoversFrom, recoveryRule)
      .meta({
        'x-kubernetes-validations': [
          {
            rule: '!has(self.pointInTimeRecovery) || !self.pointInTimeRecovery || has(self.backups)',
            message: recoveryRule,
          },
        ],
      })
      .prefault({})
      .describe(
        'What the platform declares of the server. It is not verified; it decides which classes of data may lie there.',
      ),
  })
  .describe('A PostgreSQL server. Required if the provider is postgres.');

/** What a squad may ask of its database. */
export const serviceSettings = z
  .strictObject({
    extensions: z
      .array(extensionName)
      .max(16)
      .default([])
      .meta({ 'x-kubernetes-list-type': 'set' })
      .describe('Extensions to install. The zone lists which are allowed.'),
    connections: z
      .int()
      .min(1)
      .max(10000)
      .optional()
      .describe("Connections that the service may hold at the same time. Default and maximum are the zone's."),
    readers: z.boolean().default(false).describe('Adds a login that can only read, delivered as a Secret of its own.'),
    onRemoval: z
      .enum(['Retain', 'Delete'])
      .default('Retain')
      .describe(
        'What happens to the data when the component or the Service is removed. Retain keeps the database and ends the access; Delete drops the database and is allowed outside production only.',
      ),
  })
  .describe('Settings of a database. Only if the provider is postgres.');

export type PostgresZone = z.infer<typeof zoneSettings>;
export type PostgresService = z.infer<typeof serviceSettings>;
