import { RunFunctionRequest, RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';
import { decodeRequest, encodeResponse } from '../../functions/server/wire/codec.ts';
import { compose } from '../support/compose.ts';
import { median, table } from './figures.ts';
import { requestOf, sizes } from './requests.ts';

const passes = 5;
const callsAt: Record<number, number> = { 10: 400, 30: 150, 100: 50, 1000: 4 };

/**
 * functions/server/wire beside the SDK's codec: CPU milliseconds to read the requests of the bench of the function, and to
 * write their responses. One after the other in one process, in turn, the median of some passes.
 */
export const benchCodec = (): void => {
  const rows = sizes
    .filter((size) => size < 1000)
    .flatMap((size) => {
      const bytes = RunFunctionRequest.encode(requestOf(size).service).finish();
      const response = compose(decodeRequest(bytes));

      return [
        row(
          `read ${size} resources`,
          size,
          () => RunFunctionRequest.decode(bytes),
          () => decodeRequest(bytes),
        ),
        row(
          `write ${size}`,
          size,
          () => RunFunctionResponse.encode(response).finish(),
          () => encodeResponse(response),
        ),
      ];
    });
  console.log(`CPU ms per message, Node ${process.versions.node}\n\n${table(rows)}`);
};

const row = (codec: string, size: number, bySdk: () => unknown, byUs: () => unknown): Record<string, string> => {
  const calls = callsAt[size] ?? 1;
  const times = { bySdk: [] as number[], byUs: [] as number[] };
  for (let pass = 0; pass < passes; pass += 1) {
    times.bySdk.push(cpuMilliseconds(calls, bySdk));
    times.byUs.push(cpuMilliseconds(calls, byUs));
  }
  const [sdk, ours] = [median(times.bySdk), median(times.byUs)];

  return { codec, SDK: sdk.toFixed(2), ours: ours.toFixed(2), ratio: `${(sdk / ours).toFixed(1)}x` };
};

const cpuMilliseconds = (calls: number, work: () => unknown): number => {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) work();
  const { user, system } = process.cpuUsage(before);

  return (user + system) / 1000 / calls;
};
