/**
 * Looks at the hub and at aqua as `squadkit doctor` does, and keeps what their API servers answered for the unit tests:
 * `npm run test:install -- --record` calls it at the end of the walk.
 */
import { join } from 'node:path';
import { clusterOf } from '../../functions/doctor/cluster.ts';
import { examineHub, examineRemote } from '../../functions/doctor/doctor.ts';
import { sendTo } from '../../functions/evidence/live/hub.ts';
import { connectionOf } from '../../functions/evidence/live/kubeconfig.ts';
import { recorderOf } from './recorder.ts';

/** Records both clusters of a kubeconfig; its contexts are called `hub` and `aqua`. */
export const recordInstallation = async (kubeconfig: string): Promise<void> => {
  for (const name of ['hub', 'aqua']) {
    const connection = connectionOf({ kubeconfig, context: name });
    const { send, write } = recorderOf(sendTo(connection));
    const cluster = clusterOf(send, { name, server: connection.server });
    await (name === 'hub' ? examineHub(cluster, new Date()) : examineRemote(cluster));
    write(join(import.meta.dirname, `../recorded/installation/${name}.json`));
  }
};
