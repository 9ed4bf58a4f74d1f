import * as z from 'zod/mini';
import { host, network } from '../../documents/address.ts';
import { bundleRules, certificates } from '../../documents/certificates.ts';
import { declaredBackups, encryptedAtRest } from '../../documents/guarantees.ts';
import { moment } from '../../documents/moment.ts';
import { documentation } from '../../documents/schema.ts';
import { secretIn, secretOnHub } from '../secret.ts';
import { backedUpTwice, backups } from './backups.ts';
import { credentials, rotation } from './credentials.ts';

const extensionRule = 'use a name such as pg_trgm: small letters, digits, _ and -, beginning with a letter, at most 63';
const roleRule = 'use a name of small letters, digits and _, beginning with a letter, at most 63';

const extensionName = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9_-]{0,62}$/, extensionRule), z.maxLength(63, extensionRule))
  .register(documentation, {
    description: 'Name of a PostgreSQL extension, for example pg_trgm.',
    patternMessage: extensionRule,
  });

const serverPattern = /^[a-z][a-z0-9-]{0,11}[/][a-z][a-z0-9-]{0,19}[.][a-z][a-z0-9-]{0,19}$/;
const serverRule = 'use the name of hub, zone and component as in main/frontier.spike';

const recoveryRule =
  'pointInTimeRecovery needs guarantees.backups to start from: describe them too, or leave it out where Squadkit makes the backups';
const hasWhatItRecoversFrom = (guarantees: { backups?: object | undefined; pointInTimeRecovery: boolean }): boolean =>
  !guarantees.pointInTimeRecovery || guarantees.backups !== undefined;

const portRule = 'use a port from 1 to 65535';

const endpoint = (whose: string, port: string) =>
  z.strictObject({
    host: host(whose),
    port: z
      ._default(z.int(portRule).check(z.minimum(1, portRule), z.maximum(65535, portRule)), 5432)
      .register(documentation, { description: port }),
  });

const rootRule = 'use an absolute path such as /bindings: letters, digits and . _ - between slashes, none at the end';

const connectionsRule = 'the default may not be above max: raise max, or lower the default';
const fitsIntoMax = (connections: { default: number; max: number }): boolean => connections.default <= connections.max;

/** What the platform registers about a PostgreSQL server. */
export const zoneSettings = z
  .strictObject({
    credentialsSecretRef: z.strictObject(secretOnHub).register(documentation, {
      description:
        'Secret on the hub with username, password, endpoint and port of the administrator. The endpoint must be a name or address in the certificate of the server.',
    }),
    adminRole: z
      .string()
      .check(z.regex(/^[a-z][a-z0-9_]{0,62}$/, roleRule), z.maxLength(63, roleRule))
      .register(documentation, {
        description:
          "The administrator's role: not a superuser, with LOGIN, CREATEDB and CREATEROLE, and with createrole_self_grant set to 'set, inherit'.",
        patternMessage: roleRule,
      }),
    server: z.optional(z.string().check(z.regex(serverPattern, serverRule), z.maxLength(54))).register(documentation, {
      description:
        'The name under which Squadkit knows the server, as hub/zone.component, where it was registered under another one before, or is a copy of such a server. Default: this hub, zone and component.',
      patternMessage: serverRule,
    }),
    markParameter: z._default(z.enum(['squadkit.mark', 'application_name']), 'squadkit.mark').register(documentation, {
      description:
        'Parameter of a role that says whose the role is. squadkit.mark can be set by the administrator only, and needs to be granted once by a superuser. application_name is for servers without a superuser, such as those of a cloud provider: a role can change its own, and then an administrator has to set it again before a removed Service can come back.',
    }),
    version: z
      .int()
      .check(z.minimum(16), z.maximum(99))
      .register(documentation, { description: 'Major version of the server. At least 16.' }),
    caBundle: certificates(
      'PEM certificates of the authority that signed the certificate of the server; delivered to services.',
    ),
    bindingRoot: z
      ._default(z.string().check(z.regex(/^([/][A-Za-z0-9._-]+)+$/, rootRule), z.maxLength(100, rootRule)), '/bindings')
      .register(documentation, {
        description:
          'Below which folder workloads mount the Secrets, each in a folder of its name: uri and jdbc-uri name the file ca.crt there.',
        patternMessage: rootRule,
      }),
    endpoint: z
      .optional(endpoint('Name or address in the certificate of the server.', 'Port of the server.'))
      .register(documentation, {
        description:
          'Where services reach the server. Default: where a login was made, which is not followed when the server moves. Set it when it does, and change the Secret too.',
      }),
    credentials: z.optional(credentials),
    janitor: z
      .optional(
        z.strictObject({
          secretRef: secretIn(
            'squadkit-janitor',
            'Secret on the hub, in namespace squadkit-janitor, with username, password, endpoint and port of the login squadkit_janitor.',
          ),
        }),
      )
      .register(documentation, {
        description:
          'Ends open sessions of logins that have ended, within seconds. Without it they stay open until whoever holds them closes them.',
      }),
    backups: z.optional(backups),
    readEndpoint: z
      .optional(endpoint('Name or address of the replicas.', 'Port of the replicas.'))
      .register(documentation, { description: 'Replicas, for read-heavy services: delivered beside the primary.' }),
    networks: z
      ._default(z.array(network('A network in CIDR notation.')).check(z.maxLength(16)), [])
      .register(documentation, {
        description:
          'Networks in which the server and its replicas have their addresses. Namespaces may reach the port there; when empty, at any address.',
        'x-kubernetes-list-type': 'set',
      }),
    extensions: z
      ._default(z.array(extensionName).check(z.maxLength(64)), [])
      .register(documentation, { description: 'Extensions that squads may ask for.', 'x-kubernetes-list-type': 'set' }),
    connections: z
      .prefault(
        z
          .strictObject({
            default: z
              ._default(z.int().check(z.minimum(1), z.maximum(10000)), 20)
              .register(documentation, { description: 'Connections of a service that does not ask.' }),
            max: z
              ._default(z.int().check(z.minimum(1), z.maximum(10000)), 60)
              .register(documentation, { description: 'The most that one service may ask for.' }),
            total: z.optional(z.int().check(z.minimum(1), z.maximum(1000000))).register(documentation, {
              description:
                'The most that all services of the server may hold together: max_connections without what administrators, replicas and Squadkit itself need, and what old logins hold while they are exchanged. Never promised twice; unlimited when left out.',
            }),
          })
          .check(z.refine(fitsIntoMax, connectionsRule)),
        {},
      )
      .register(documentation, {
        description: 'Connections that services may hold at the same time.',
        'x-kubernetes-validations': [
          // The API server tries the rule on the default of the whole object too, before it fills in what that lacks.
          { rule: '!has(self.default) || !has(self.max) || self.default <= self.max', message: connectionsRule },
        ],
      }),
    guarantees: z
      .prefault(
        z
          .strictObject({
            encryptedAtRest: encryptedAtRest('Data, logs and backups of the server are encrypted on disk.'),
            backups: z.optional(declaredBackups),
            pointInTimeRecovery: z._default(z.boolean(), false).register(documentation, {
              description:
                'Any moment can be restored for which there are backups: the write-ahead log is kept with them.',
            }),
          })
          .check(z.refine(hasWhatItRecoversFrom, recoveryRule)),
        {},
      )
      .register(documentation, {
        description:
          'What the platform declares of the server. It is not verified; it decides which classes of data may lie there.',
        'x-kubernetes-validations': [
          {
            rule: '!has(self.pointInTimeRecovery) || !self.pointInTimeRecovery || has(self.backups)',
            message: recoveryRule,
          },
        ],
      }),
  })
  .check(
    z.refine(({ backups, guarantees }) => backups === undefined || guarantees.backups === undefined, {
      ...{ error: backedUpTwice, path: ['guarantees', 'backups'] },
    }),
  )
  .register(documentation, {
    description: 'A PostgreSQL server. Required if the provider is postgres.',
    'x-kubernetes-validations': [
      ...bundleRules,
      {
        rule: '!has(self.backups) || !has(self.guarantees) || !has(self.guarantees.backups)',
        message: backedUpTwice,
      },
    ],
  });

const restore = z
  .strictObject({
    at: moment(
      'The database begins with the last backup of this moment or before: a new one beside the one that is there, which is kept. Take the line away, and what was there comes back.',
    ),
  })
  .register(documentation, {
    description: 'With what the database begins, if not empty. Where the zone makes backups and proves them.',
  });

/** What a squad may ask of its database. */
export const serviceSettings = z
  .strictObject({
    extensions: z._default(z.array(extensionName).check(z.maxLength(16)), []).register(documentation, {
      description: 'Extensions to install. The zone lists which are allowed.',
      'x-kubernetes-list-type': 'set',
    }),
    connections: z.optional(z.int().check(z.minimum(1), z.maximum(10000))).register(documentation, {
      description: "Connections that the service may hold at the same time. Default and maximum are the zone's.",
    }),
    readers: z
      ._default(z.boolean(), false)
      .register(documentation, { description: 'Adds a login that can only read, delivered as a Secret of its own.' }),
    rotation: z.optional(rotation),
    restore: z.optional(restore),
    onRemoval: z._default(z.enum(['Retain', 'Delete']), 'Retain').register(documentation, {
      description:
        'What happens to the data when the component or the Service is removed. Retain keeps the database and ends the access; Delete drops the database and is allowed outside production only; while its server is away, the database is kept.',
    }),
  })
  .register(documentation, { description: 'Settings of a database. Only if the provider is postgres.' });

/** What the platform registers of a server, parsed. */
export type PostgresZone = z.infer<typeof zoneSettings>;
/** What a squad sets of its database, parsed and defaulted. */
export type PostgresService = z.infer<typeof serviceSettings>;
