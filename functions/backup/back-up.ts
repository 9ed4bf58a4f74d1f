import type { Login } from '../outside/postgres.ts';
import { rowsOf } from './contents.ts';
import { dump } from './dump.ts';
import { saidOfServer } from './failure.ts';
import { type Manifest, momentOf } from './manifest.ts';
import { seal, sealText } from './sealed.ts';
import { takeSnapshot } from './snapshot.ts';
import type { Store } from './store.ts';
import { keysOf, type Subject } from './subject.ts';

/** One backup, as it is asked for. */
export interface Order {
  subject: Subject;
  /** Name of the schema by which the database is known to be the Service's own. */
  mark: string;
  login: Login;
  authorityFile: string;
  /** Path of pg_dump. */
  program: string;
  store: Store;
  /** Public keys of age. */
  recipients: readonly string[];
  /** For how many days the store lets nobody delete it. */
  keepDays: number;
  /** Ends what is under way, and then what was put by then does not become a backup. */
  stop: AbortSignal;
}

const day = 86_400_000;

/**
 * Makes one backup: one moment of the database, dumped, compressed and encrypted as it comes, and then, only when all of it
 * is in the store, its manifest.
 *
 * @throws Unusable with one sentence: what, and why
 */
export const backUp = async (order: Order): Promise<Manifest> => {
  const { subject, login, store, recipients, keepDays, stop } = order;
  const since = Date.now();
  const snapshot = await takeSnapshot(login, order.mark, stop).catch((error: unknown) => {
    throw saidOfServer(error);
  });
  try {
    const { facts, id, at } = snapshot;
    const keys = keysOf(subject, new Date(at));
    // A whole second, as the manifest says it.
    const keptUntil = new Date(Math.ceil(at / 1000) * 1000 + keepDays * day);
    const { program, authorityFile } = order;
    const sealed = await seal(dump({ program, login, authorityFile, snapshot: id, stop }), recipients);
    await store.put(keys.dump, sealed.chunks, { keptUntil, expectedBytes: facts.size });
    const manifest: Manifest = {
      ...{ form: 1, of: subject.name, at: momentOf(at), keptUntil: momentOf(keptUntil.getTime()) },
      dump: { key: keys.dump, ...sealed.facts() },
      ...{ tables: Object.keys(facts.contents.tables).length, rows: rowsOf(facts.contents), leftOut: facts.leftOut },
      ...{ server: facts.server, encoding: facts.encoding, extensions: facts.extensions, roles: facts.roles },
      seconds: Math.round((Date.now() - since) / 1000),
      sealedContents: await sealText(JSON.stringify(facts.contents), recipients),
    };
    await store.put(keys.manifest, [Buffer.from(`${JSON.stringify(manifest)}\n`)], { keptUntil });

    return manifest;
  } finally {
    snapshot.release();
  }
};
