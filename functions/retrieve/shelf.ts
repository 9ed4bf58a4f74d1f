import {
  GetObjectCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import { saidOfStore } from '../backup/failure.ts';
import type { StoreLogin } from '../backup/given.ts';
import { clientOf, type StoreAddress } from '../backup/store.ts';
import { Failed, orFailed } from './failure.ts';

/** What lies in a store. */
export interface Lying {
  key: string;
  version: string;
  bytes: number;
}

/** A store, as one who may look and nothing else sees it. All of it rejects with a Failed. */
export interface Shelf {
  /** The first version of each object below a prefix: whoever may put can put more of them over it, and takes none away. */
  list: (prefix: string) => Promise<Lying[]>;
  /** The bytes of one, as they come. */
  read: (lying: Lying) => AsyncIterable<Uint8Array>;
  /** Until when nobody, not even the administrator, may delete it, in milliseconds since 1970; 0 if anybody may. */
  keptUntil: (lying: Lying) => Promise<number>;
  close: () => void;
}

/** No Service has so many backups; somebody has put junk there. */
const mostVersions = 200_000;

const unproven = (thrown: unknown): Failed =>
  thrown instanceof Failed ? thrown : orFailed(saidOfStore(thrown, 'reader'), 'store');

/** A store that speaks S3, for one who may look. */
export const shelfAt = (address: StoreAddress, reader: StoreLogin): Shelf => {
  const { bucket } = address;
  const client = clientOf(address, reader);

  return {
    list: async (prefix) => {
      const first = new Map<string, Lying>();
      let [next, seen] = [{} as { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined }, 0];
      for (;;) {
        const page: ListObjectVersionsCommandOutput = await client
          .send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...next }))
          .catch((error: unknown) => {
            throw unproven(error);
          });
        // The latest comes first (API reference, ListObjectVersions), so the last one counts.
        for (const { Key: key, VersionId: version, Size: bytes } of page.Versions ?? [])
          if (key !== undefined && version !== undefined) first.set(key, { key, version, bytes: bytes ?? 0 });
        seen += (page.Versions ?? []).length + (page.DeleteMarkers ?? []).length;
        if (seen > mostVersions) throw new Failed('store', 'store: there is more than any Service has');
        if (!page.IsTruncated) return [...first.values()];
        next = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
    },
    async *read({ key, version }) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: version }));
        yield* Body as unknown as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw unproven(error);
      }
    },
    keptUntil: async ({ key, version }) => {
      try {
        const { Retention } = await client.send(
          new GetObjectRetentionCommand({ Bucket: bucket, Key: key, VersionId: version }),
        );

        return Retention?.Mode === 'COMPLIANCE' ? (Retention.RetainUntilDate?.getTime() ?? 0) : 0;
      } catch (error) {
        if ((error as { name?: unknown }).name === 'NoSuchObjectLockConfiguration') return 0;
        throw unproven(error);
      }
    },
    close: () => client.destroy(),
  };
};
