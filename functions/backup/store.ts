import { Agent } from 'node:https';
import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { Unusable } from '../outside/reason.ts';
import { saidOfStore } from './failure.ts';
import type { StoreLogin } from './given.ts';

/** Where backups lie. */
export interface StoreAddress {
  /** `https://s3.example.org` */
  endpoint: string;
  region: string;
  bucket: string;
  /** PEM certificates of the authority of the store; those of the system when left out. */
  caBundle?: string;
}

/** What is asked of a store for one object. */
export interface Keeping {
  /** Until when nobody may delete or change it. */
  keptUntil: Date;
  /** About how long it will be. */
  expectedBytes?: number;
}

/** A store, as one who may put and nothing else sees it. */
export interface Store {
  /** Puts an object whose length nobody knows; it is there whole, or not at all. Rejects with an Unusable. */
  put: (key: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, keeping: Keeping) => Promise<void>;
  close: () => void;
}

/** S3 takes at most so many parts, each of them of at least so many bytes but for the last (API reference, limits). */
const [mostParts, leastPart] = [10_000, 16 * 1024 * 1024];

/**
 * A client of a store that speaks S3, over TLS that verifies authority and name. What a request may take is limited: the
 * rest is the store's answer, and is asked for again up to five times.
 */
export const clientOf = ({ endpoint, region, caBundle }: StoreAddress, login: StoreLogin): S3Client =>
  new S3Client({
    ...{ endpoint, region, credentials: login },
    // Every store understands it; the other way needs a name and a certificate for each bucket.
    forcePathStyle: true,
    followRegionRedirects: false,
    maxAttempts: 5,
    requestChecksumCalculation: 'WHEN_SUPPORTED',
    // Whoever reads compares with what he knows himself.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: new NodeHttpHandler({
      ...{ connectionTimeout: 10_000, requestTimeout: 120_000, throwOnRequestTimeout: true },
      httpsAgent: new Agent({
        ...{ keepAlive: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
        ...(caBundle !== undefined && { ca: caBundle }),
      }),
    }),
  });

/** A store, for one who may put. */
export const storeAt = (address: StoreAddress, writer: StoreLogin): Store => {
  const { bucket } = address;
  const client = clientOf(address, writer);

  return {
    put: async (key, chunks, { keptUntil, expectedBytes = 0 }) => {
      const upload = new Upload({
        client,
        params: {
          ...{ Bucket: bucket, Key: key, Body: Readable.from(chunks, { objectMode: false }) },
          // Whoever may put could have put something there before, and the first version of an object counts.
          IfNoneMatch: '*',
          ChecksumAlgorithm: 'SHA256',
          // On the object itself: a default of the bucket can be changed, and versitygw 1.8.0 counts it from the day on which
          // the bucket got it. In this mode nobody shortens it; a bucket that locks nothing refuses.
          ...{ ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: keptUntil },
        },
        queueSize: 2,
        partSize: Math.max(leastPart, Math.ceil((2 * expectedBytes) / mostParts)),
      });
      await upload.done().catch((error: unknown) => {
        throw error instanceof Unusable ? error : saidOfStore(error, 'writer');
      });
    },
    close: () => client.destroy(),
  };
};
