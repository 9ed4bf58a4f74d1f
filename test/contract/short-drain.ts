import { createLog } from '../../functions/server/log.ts';
import { run } from '../../functions/server/run.ts';
import { compose } from './stand-in.ts';

/** The packaged function, but with half a second instead of ten for the calls in flight. */
void run({ address: '127.0.0.1:0', insecure: true, log: createLog(), drainMilliseconds: 500 }, compose);
