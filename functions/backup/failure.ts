import { reasonIn, Unusable } from '../outside/reason.ts';

/** What codes of PostgreSQL mean to a backup (SQLSTATE, PostgreSQL 18, errcodes.txt). */
const ofServer: Record<string, string> = {
  '28P01': 'it refuses the password of the login',
  '28000': 'it does not let the login in (pg_hba.conf)',
  '3D000': 'there is no such database',
  '42501':
    'the login may not read everything: what was made in schema app before the login, or hidden from it, has to be granted',
  '42P01': 'a table went while it was looked at',
  '53300': 'all connections of the login are taken',
  '55P03': 'a table is locked for longer than a minute',
  '57P01': 'it ended the connection',
  '57P03': 'it is starting or stopping',
};

/** What pg_dump says when it gives up (PostgreSQL 18, pg_dump.c and its libraries), and what that is in our words. */
const ofDump: [RegExp, string][] = [
  [/server version mismatch/, 'the server is newer than pg_dump: use the image of its major version'],
  [/permission denied|may lack SELECT privilege/, ofServer['42501'] as string],
  [/row-level security/, 'rows are hidden from the login: it lacks BYPASSRLS'],
  [/lock timeout/, ofServer['55P03'] as string],
  [/certificate verify failed/, 'the certificate of the server is not of the authority that the Zone registers'],
  [/does not match host name/, 'the certificate of the server is for another name'],
  [/password authentication failed/, ofServer['28P01'] as string],
  [
    /terminating connection|server closed the connection|could not receive data|SSL error|unexpected eof/,
    'the server ended the connection',
  ],
  [/no matching schemas/, 'there is no schema app'],
  [/invalid snapshot|could not (open|import).*snapshot/, 'the moment that was looked at is gone'],
  [/terminated by user/, 'it was asked to end'],
  [/No space left/, 'the server has no space left'],
];

/** Errors of a store, by the names that S3 gives them (API reference, error responses) and its client. */
const ofStore: Record<string, string> = {
  InvalidAccessKeyId: 'it does not know the access key',
  SignatureDoesNotMatch: 'it refuses the secret key',
  NoSuchBucket: 'there is no such bucket',
  NoSuchKey: 'what it listed is gone',
  NoSuchVersion: 'what it listed is gone',
  NoSuchUpload: 'it has dropped the upload',
  PreconditionFailed: 'there is an object of that name already',
  InvalidRequest: 'the bucket locks nothing: it must have been made with object lock',
  RequestTimeTooSkewed: 'its clock and ours differ',
  SlowDown: 'it asks to come more slowly',
  ServiceUnavailable: 'it is not available',
  InternalError: 'it has an error inside',
  EntityTooLarge: 'the object is too large for it',
  QuotaExceeded: 'the quota of the bucket is used up',
  TimeoutError: 'it does not answer in time',
};

/** What of a store's rights somebody lacks. */
const rights = {
  writer: 'it does not let the writer put there: it needs s3:PutObject and s3:PutObjectRetention',
  reader:
    'it does not let the reader look: it needs s3:ListBucketVersions, s3:GetObject, s3:GetObjectVersion and s3:GetObjectRetention',
};

/** An Unusable of a server. */
export const saidOfServer = (thrown: unknown): Unusable =>
  new Unusable(`server: ${reasonIn(thrown, ofServer, 'it answers otherwise than PostgreSQL does')}`);

/** An Unusable of pg_dump, from what it wrote: only what is known of it is said, for it quotes what it reads. */
export const saidOfDump = (written: string, end: number | NodeJS.Signals | null): Unusable => {
  const [, known] = ofDump.find(([pattern]) => pattern.test(written)) ?? [];
  const ended = typeof end === 'number' ? `it ended with status ${end}` : `it was ended by ${end}`;

  return new Unusable(`pg_dump: ${known ?? ended}`);
};

/** An Unusable of a store, in the hands of one who puts, or of one who looks. */
export const saidOfStore = (thrown: unknown, who: keyof typeof rights): Unusable => {
  const { name, code, $metadata } = (thrown ?? {}) as {
    name?: unknown;
    code?: unknown;
    $metadata?: { httpStatusCode?: unknown; attempts?: unknown };
  };
  // The client asks again what was not answered, and a store may have kept it.
  if (name === 'PreconditionFailed' && Number($metadata?.attempts) > 1)
    return new Unusable('store: it did not answer, and then had an object of that name: it may be this one');
  const status = $metadata?.httpStatusCode;
  const otherwise =
    typeof status === 'number' && status >= 300
      ? `it answers with status ${status}`
      : 'it answers otherwise than S3 does';
  // The client calls a connection that was cut a timeout too (@smithy/node-http-handler 4.14.2).
  const known =
    name === 'TimeoutError' && code !== undefined ? undefined : { ...ofStore, AccessDenied: rights[who] }[String(name)];

  return new Unusable(`store: ${known ?? reasonIn(thrown instanceof Unusable ? thrown : { code }, {}, otherwise)}`);
};
