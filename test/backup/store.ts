import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateBucketCommand, ListObjectVersionsCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { BuiltTool } from '../../package/tools/tools.ts';
import { createAuthority } from '../control-plane/certificates.ts';
import type { Processes } from '../control-plane/processes.ts';

/** Who may do what in a bucket. */
export const people = ['root', 'writer', 'reader'] as const;
export type Person = (typeof people)[number];

/** The secret key of somebody. */
export const secretOf = (person: string): string => `canary-of-${person}`;

/** A store that speaks S3: versitygw, over TLS, with versions and object lock. */
export interface RunningStore {
  port: number;
  /** PEM file of its authority. */
  caPath: string;
  /** The folder in which the objects lie. */
  directory: string;
  as: (person: Person) => S3Client;
  /** All versions of all objects, as the root user sees them. */
  versions: (bucket: string, prefix?: string) => Promise<{ key: string; version: string; size: number }[]>;
}

/** What the platform's documentation has for the writer, and what a restore needs. */
const policyOf = (bucket: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        ...{ Effect: 'Allow', Principal: { AWS: ['writer'] }, Resource: [`arn:aws:s3:::${bucket}/*`] },
        Action: ['s3:PutObject', 's3:PutObjectRetention', 's3:AbortMultipartUpload'],
      },
      {
        ...{ Effect: 'Allow', Principal: { AWS: ['reader'] }, Resource: [`arn:aws:s3:::${bucket}/*`] },
        Action: ['s3:GetObject', 's3:GetObjectVersion', 's3:GetObjectRetention'],
      },
      {
        ...{ Effect: 'Allow', Principal: { AWS: ['reader'] }, Resource: [`arn:aws:s3:::${bucket}`] },
        Action: ['s3:ListBucket', 's3:ListBucketVersions'],
      },
    ],
  });

/** Starts it, with one user for writing and one for reading. `reach` is where it is found, this machine itself if left out. */
export const startStore = async (
  processes: Processes,
  {
    tool,
    state,
    port,
    reach: { host, address } = { host: 'localhost', address: '127.0.0.1' },
  }: { tool: BuiltTool; state: string; port: number; reach?: { host: string; address: string } },
): Promise<RunningStore> => {
  const place = (name: string) => join(state, 'store', name);
  for (const name of ['objects', 'versions', 'users']) mkdirSync(place(name), { recursive: true });
  const authority = await createAuthority('squadkit store');
  const { certificate, key } = await authority.issue(host, { names: [host] });
  const caPath = place('ca.crt');
  writeFileSync(caPath, `${authority.certificate}\n`);
  writeFileSync(place('tls.crt'), certificate);
  writeFileSync(place('tls.key'), key, { mode: 0o600 });
  const program = tool.binary('versitygw');
  await processes.run({
    name: 'store',
    command: program,
    arguments: [
      ...['--port', `${address}:${port}`, '--access', 'root', '--secret', secretOf('root'), '--region', 'eu-west-1'],
      ...[
        '--cert',
        place('tls.crt'),
        '--key',
        place('tls.key'),
        '--iam-dir',
        place('users'),
        '--keep-alive',
        '--quiet',
      ],
      ...['posix', '--versioning-dir', place('versions'), place('objects')],
    ],
    ready: { host: address, port },
  });
  for (const person of ['writer', 'reader'])
    await promisify(execFile)(
      program,
      [
        ...['admin', '--access', 'root', '--secret', secretOf('root'), '--region', 'eu-west-1', '--allow-insecure'],
        ...['--endpoint-url', `https://${host}:${port}`, 'create-user', '--role', 'user'],
        ...['--access', person, '--secret', secretOf(person)],
      ],
      { env: {} },
    );
  const as = (person: Person) =>
    new S3Client({
      ...{ endpoint: `https://${host}:${port}`, region: 'eu-west-1', forcePathStyle: true, maxAttempts: 1 },
      credentials: { accessKeyId: person, secretAccessKey: secretOf(person) },
      requestHandler: new NodeHttpHandler({ httpsAgent: new Agent({ ca: authority.certificate }) }),
    });
  const root = as('root');

  return {
    ...{ port, caPath, directory: place('.'), as },
    versions: async (bucket, prefix = '') => {
      const { Versions = [] } = await root.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix }));

      return Versions.map(({ Key = '', VersionId = '', Size = 0 }) => ({ key: Key, version: VersionId, size: Size }));
    },
  };
};

/** Makes a bucket as the documentation says, or one that locks nothing, or one in which the writer may do nothing. */
export const makeBucket = async (
  { as }: RunningStore,
  bucket: string,
  { locks = true, hasPolicy = true } = {},
): Promise<void> => {
  const root = as('root');
  await root.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: locks }));
  if (hasPolicy) await root.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: policyOf(bucket) }));
};
