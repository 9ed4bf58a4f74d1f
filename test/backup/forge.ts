import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { Contents } from '../../functions/backup/contents.ts';
import { type Manifest, momentOf } from '../../functions/backup/manifest.ts';
import { storeAt } from '../../functions/backup/store.ts';
import { keysOf, subjectOf } from '../../functions/backup/subject.ts';
import { inDatabase } from './databases.ts';
import type { Scene } from './scene.ts';
import { secretOf } from './store.ts';

/** One backup in all its parts, opened. */
export interface Parts {
  manifest: Manifest;
  contents: Contents;
  /** As pg_dump made it. */
  dump: Buffer;
  /** As it lies in the store. */
  sealed: Buffer;
}

/** What of a forged backup is otherwise than in the one that it is made from. */
export interface Forged {
  /** A dump, sealed anew, with a manifest that has its digest. */
  dump?: Buffer;
  /** What lies there, and what the manifest has the digest of. */
  sealed?: Buffer;
  /** What lies there, whatever the manifest says. */
  lies?: Buffer;
  contents?: Contents;
  manifest?: Partial<Manifest>;
  at?: Date;
  lacks?: 'manifest' | 'dump';
  keptUntil?: Date;
}

const most = { maxBuffer: 1 << 29 };

/** A dump in which a text stands in the place of another one that is at least as long: lengths stay as they were. */
export const replacedIn = (dump: Buffer, was: string, becomes: string): Buffer => {
  const at = dump.indexOf(was);
  if (at < 0 || dump.indexOf(was, at + 1) >= 0 || becomes.length > was.length) throw new Error(`cannot replace ${was}`);
  const changed = Buffer.from(dump);
  changed.write(becomes.padEnd(was.length), at, 'latin1');

  return changed;
};

/** What makes backups that no program of ours would make, by the age that others wrote and as whoever may put. */
export const forgerIn = (scene: Scene) => {
  const age = scene.age.binary('age');
  const recipients = scene.recipients.flatMap((recipient) => ['-r', recipient]);
  const seal = (bytes: Buffer, armor = false): Buffer =>
    execFileSync(age, [...(armor ? ['-a'] : []), ...recipients], { input: bytes, ...most });
  const open = (bytes: Buffer): Buffer =>
    execFileSync(age, ['-d', '-i', scene.identities[0] as string], { input: bytes, ...most });
  const read = async (key: string): Promise<Buffer> => {
    const { Body } = await scene.store.as('root').send(new GetObjectCommand({ Bucket: 'backups', Key: key }));

    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  };
  const put = async (bucket: string, key: string, bytes: Buffer, keptUntil: Date): Promise<void> => {
    const store = storeAt(
      {
        ...{ endpoint: `https://localhost:${scene.store.port}`, region: 'eu-west-1', bucket },
        caBundle: readFileSync(scene.store.caPath, 'utf8'),
      },
      { accessKeyId: 'writer', secretAccessKey: secretOf('writer') },
    );
    await store.put(key, [bytes], { keptUntil }).finally(store.close);
  };

  return {
    ...{ seal, open, read, put },
    /** Takes a backup that the program made apart. */
    partsOf: async (of: string): Promise<Parts> => {
      const { out, error } = await scene.backUp({ of });
      if (out === '') throw new Error(error);
      const { dump } = JSON.parse(out) as Manifest;
      const manifest = JSON.parse((await read(dump.key.replace('.dump.age', '.json'))).toString()) as Manifest;
      const sealed = await read(dump.key);

      return {
        ...{ manifest, sealed, dump: open(sealed) },
        contents: JSON.parse(open(Buffer.from(manifest.sealedContents)).toString()) as Contents,
      };
    },
    /** Puts a backup under a name of its own, and answers the name. */
    forge: async (service: string, parts: Parts, forged: Forged = {}): Promise<string> => {
      const of = `main/frontier.spike/forged/${service}`;
      const at = forged.at ?? new Date(Math.floor(Date.now() / 1000) * 1000);
      const keptUntil = forged.keptUntil ?? new Date(at.getTime() + 14 * 86_400_000);
      const keys = keysOf(subjectOf(of) as never, at);
      const sealed = forged.sealed ?? (forged.dump === undefined ? parts.sealed : seal(forged.dump));
      const manifest: Manifest = {
        ...{ ...parts.manifest, of, at: momentOf(at.getTime()) },
        keptUntil: momentOf(new Date(at.getTime() + 14 * 86_400_000).getTime()),
        dump: { key: keys.dump, bytes: sealed.length, sha256: createHash('sha256').update(sealed).digest('hex') },
        ...(forged.contents !== undefined && {
          ...{ tables: Object.keys(forged.contents.tables).length },
          rows: Object.values(forged.contents.tables).reduce((sum, { rows }) => sum + rows, 0),
          sealedContents: seal(Buffer.from(JSON.stringify(forged.contents)), true).toString(),
        }),
        ...forged.manifest,
      };
      if (forged.lacks !== 'dump') await put('backups', keys.dump, forged.lies ?? sealed, keptUntil);
      if (forged.lacks !== 'manifest')
        await put('backups', keys.manifest, Buffer.from(`${JSON.stringify(manifest)}\n`), keptUntil);

      return of;
    },
    /** The dump of a copy of a database after some statements, made by its superuser. */
    dumpAfter: async (database: string, statements: string[], words = ['--schema=app']): Promise<Buffer> => {
      const copy = `copy_${createHash('sha256')
        .update(JSON.stringify([database, statements]))
        .digest('hex')
        .slice(0, 16)}`;
      await inDatabase(scene.server, 'postgres', (client) =>
        client.query(`CREATE DATABASE ${copy} TEMPLATE ${database}`),
      );
      await inDatabase(scene.server, copy, async (client) => {
        for (const statement of ['SET search_path = app', ...statements]) await client.query(statement);
      });
      const { host, port, superuser, caPath } = scene.server;
      const server = `host=${host} port=${port} user=${superuser.user} password=${superuser.password} sslmode=verify-full sslrootcert=${caPath}`;
      const dump = execFileSync(
        join(scene.programs, 'pg_dump'),
        ['-Fc', ...words, '-d', `${server} dbname=${copy}`],
        most,
      );
      await inDatabase(scene.server, 'postgres', (client) => client.query(`DROP DATABASE ${copy} WITH (FORCE)`));

      return dump;
    },
  };
};
