import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as s3 from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Manifest } from '../../functions/backup/manifest.ts';
import { storeAt } from '../../functions/backup/store.ts';
import { openScene, type Scene } from './scene.ts';
import { type Person, people, secretOf } from './store.ts';

/** What stands for an object in a deed. */
interface Target {
  Bucket: string;
  Key: string;
  VersionId: string;
}

const tomorrow = new Date(Date.now() + 86_400_000);
const inTenYears = new Date(Date.now() + 3650 * 86_400_000);

/** What somebody might do with a backup, by the way it is asked for. */
const deeds: Record<string, (target: Target) => object> = {
  read: ({ Bucket, Key }) => new s3.GetObjectCommand({ Bucket, Key }),
  'read a version': (target) => new s3.GetObjectCommand(target),
  'read its head': ({ Bucket, Key }) => new s3.HeadObjectCommand({ Bucket, Key }),
  'read its attributes': ({ Bucket, Key }) =>
    new s3.GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ObjectSize'] }),
  'read its tags': ({ Bucket, Key }) => new s3.GetObjectTaggingCommand({ Bucket, Key }),
  'read its retention': (target) => new s3.GetObjectRetentionCommand(target),
  'copy it': ({ Bucket, Key }) =>
    new s3.CopyObjectCommand({ Bucket, Key: 'copied', CopySource: encodeURI(`${Bucket}/${Key}`) }),
  list: ({ Bucket }) => new s3.ListObjectsV2Command({ Bucket }),
  'list as of old': ({ Bucket }) => new s3.ListObjectsCommand({ Bucket }),
  'list versions': ({ Bucket }) => new s3.ListObjectVersionsCommand({ Bucket }),
  'list uploads': ({ Bucket }) => new s3.ListMultipartUploadsCommand({ Bucket }),
  'read the policy': ({ Bucket }) => new s3.GetBucketPolicyCommand({ Bucket }),
  'read the lock of the bucket': ({ Bucket }) => new s3.GetObjectLockConfigurationCommand({ Bucket }),
  delete: ({ Bucket, Key }) => new s3.DeleteObjectCommand({ Bucket, Key }),
  'delete the version': (target) => new s3.DeleteObjectCommand(target),
  'delete the version, bypassing': (target) =>
    new s3.DeleteObjectCommand({ ...target, BypassGovernanceRetention: true }),
  'delete many': ({ Bucket, Key, VersionId }) =>
    new s3.DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key, VersionId }] }, BypassGovernanceRetention: true }),
  'delete the bucket': ({ Bucket }) => new s3.DeleteBucketCommand({ Bucket }),
  'shorten retention': (target) =>
    new s3.PutObjectRetentionCommand({ ...target, Retention: { Mode: 'COMPLIANCE', RetainUntilDate: tomorrow } }),
  'shorten retention, bypassing': (target) =>
    new s3.PutObjectRetentionCommand({
      ...{ ...target, BypassGovernanceRetention: true },
      Retention: { Mode: 'COMPLIANCE', RetainUntilDate: tomorrow },
    }),
  'weaken retention': (target) =>
    new s3.PutObjectRetentionCommand({ ...target, Retention: { Mode: 'GOVERNANCE', RetainUntilDate: inTenYears } }),
  'end retention': (target) =>
    new s3.PutObjectRetentionCommand({ ...target, Retention: {}, BypassGovernanceRetention: true }),
  'suspend versions': ({ Bucket }) =>
    new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
  'unlock the bucket': ({ Bucket }) =>
    new s3.PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration: {} }),
  'let everybody in': ({ Bucket }) =>
    new s3.PutBucketPolicyCommand({
      Bucket,
      Policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: [`arn:aws:s3:::${Bucket}/*`] },
        ],
      }),
    }),
  'remove the policy': ({ Bucket }) => new s3.DeleteBucketPolicyCommand({ Bucket }),
  'put where it lies, if nothing is there': ({ Bucket, Key }) =>
    new s3.PutObjectCommand({ Bucket, Key, Body: 'junk', IfNoneMatch: '*' }),
  'put where it lies': ({ Bucket, Key }) => new s3.PutObjectCommand({ Bucket, Key, Body: 'junk' }),
  'put elsewhere': ({ Bucket }) => new s3.PutObjectCommand({ Bucket, Key: 'elsewhere', Body: 'junk' }),
};

/** What each may. Root is the administrator of the store: only what the lock forbids is asked of him. */
const may: Record<Person, string[]> = {
  writer: ['put where it lies', 'put elsewhere'],
  reader: [
    ...['read', 'read a version', 'read its head', 'read its retention'],
    ...['list', 'list as of old', 'list versions'],
  ],
  root: [],
};
const locked = Object.keys(deeds).filter((deed) =>
  /^(delete the (version|bucket)|delete many|.* retention|suspend|unlock)/.test(deed),
);
const cases = people.flatMap((person) =>
  Object.keys(deeds)
    .filter((deed) => person !== 'root' || (locked.includes(deed) && deed !== 'read its retention'))
    .map((deed) => ({ person, deed })),
);

let scene: Scene;
let manifest: Manifest;
let target: Target;

beforeAll(async () => {
  scene = await openScene();
  manifest = JSON.parse((await scene.backUp()).out);
  const [first] = await scene.store.versions('backups', manifest.dump.key);
  target = { Bucket: 'backups', Key: manifest.dump.key, VersionId: first?.version ?? '' };
}, 600_000);
afterAll(() => scene?.close());

/** Whether somebody's deed was done; one of several may fail within an answer that says nothing else. */
const isDone = async (person: Person, deed: string): Promise<boolean> => {
  try {
    const answer = (await scene.store.as(person).send((deeds[deed] as (typeof deeds)[string])(target) as never)) as {
      Errors?: unknown[];
    };

    return (answer.Errors ?? []).length === 0;
  } catch (error) {
    expect((error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode).toBeGreaterThanOrEqual(
      400,
    );

    return false;
  }
};

test(`of ${cases.length} deeds with a backup each is done only by whom it is for`, async () => {
  const done: { person: Person; deed: string }[] = [];
  for (const { person, deed } of cases) if (await isDone(person, deed)) done.push({ person, deed });

  expect(done).toEqual(cases.filter(({ person, deed }) => may[person].includes(deed)));
});

test('after all of them the first version is what was backed up, and is kept as long', async () => {
  const root = scene.store.as('root');
  const { Body } = await root.send(new s3.GetObjectCommand(target));
  const bytes = (await Body?.transformToByteArray()) ?? [];
  const { Retention } = await root.send(new s3.GetObjectRetentionCommand(target));

  expect(createHash('sha256').update(Buffer.from(bytes)).digest('hex')).toBe(manifest.dump.sha256);
  expect(Retention?.Mode).toBe('COMPLIANCE');
  expect(Retention?.RetainUntilDate?.getTime()).toBe(Date.parse(manifest.keptUntil));
  // Whoever may put can put another version over it: a restore takes the first.
  const versions = await scene.store.versions('backups', manifest.dump.key);
  expect(versions.at(-1)).toEqual({ key: target.Key, version: target.VersionId, size: manifest.dump.bytes });
});

test('where something lies already nothing is put, of one part or of several', async () => {
  const store = storeAt(
    {
      ...{ endpoint: `https://localhost:${scene.store.port}`, region: 'eu-west-1', bucket: 'backups' },
      caBundle: readFileSync(scene.store.caPath, 'utf8'),
    },
    { accessKeyId: 'writer', secretAccessKey: secretOf('writer') },
  );
  const keptUntil = new Date(Date.parse(manifest.keptUntil));
  const before = await scene.store.versions('backups', manifest.dump.key);
  for (const parts of [1, 3]) {
    const put = store.put(manifest.dump.key, Array(parts).fill(Buffer.alloc(16 * 1024 * 1024 - 1)), { keptUntil });

    // A store that does not want all of it may cut the connection before its answer is read.
    await expect(put).rejects.toThrow(/^store: (there is an object of that name already|the connection was cut)$/);
  }
  store.close();

  expect(await scene.store.versions('backups', manifest.dump.key)).toEqual(before);
});
