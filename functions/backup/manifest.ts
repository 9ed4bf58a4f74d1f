import type { Facts } from './snapshot.ts';

/** What is known of a backup. It lies beside the dump, is put last, and what has none is no backup. */
export interface Manifest {
  /** Of which form this is. */
  form: 1;
  of: string;
  /** The moment of which the dump is, in UTC. */
  at: string;
  /** Until when the store lets nobody delete it, in UTC. */
  keptUntil: string;
  dump: { key: string; bytes: number; sha256: string };
  tables: number;
  rows: number;
  leftOut: Facts['leftOut'];
  server: string;
  encoding: string;
  extensions: Facts['extensions'];
  roles: string[];
  /** How long it took. */
  seconds: number;
  /** Contents of the schema, for the recipients only: of a small table a sum would tell what is in it. */
  sealedContents: string;
}

/** `2026-11-28T02:37:04Z` */
export const momentOf = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
