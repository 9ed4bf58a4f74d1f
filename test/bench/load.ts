import { readFileSync } from 'node:fs';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FunctionRunnerServiceService } from '@crossplane-org/function-sdk-typescript';

const { path } = FunctionRunnerServiceService.runFunction;

/** A connection to a function that sends bytes which were encoded before: the client's work is not measured. */
export interface Connection {
  /** One call; resolves to the bytes of the response. */
  call(frame: Buffer): Promise<Buffer>;
  close(): void;
}

/** A message as gRPC frames it: not compressed, its length, itself. */
export const frameOf = (message: Uint8Array): Buffer => {
  const header = Buffer.alloc(5);
  header.writeUInt32BE(message.length, 1);

  return Buffer.concat([header, message]);
};

/** Connects as Crossplane does, with the certificate in `certificates`. */
export const openConnection = (port: number, certificates: string): Connection => {
  const session = connectHttp2(`https://127.0.0.1:${port}`, {
    ca: readFileSync(join(certificates, 'ca.crt')),
    cert: readFileSync(join(certificates, 'tls.crt')),
    key: readFileSync(join(certificates, 'tls.key')),
    settings: { initialWindowSize: 8 * 1024 * 1024 },
  });
  session.once('connect', () => session.setLocalWindowSize(8 * 1024 * 1024));

  return { call: (frame) => callOn(session, frame), close: () => session.destroy() };
};

const callOn = (session: ClientHttp2Session, frame: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    session.once('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    let trailers: Record<string, unknown> = {};
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('trailers', (received) => {
      trailers = received;
    });
    stream.on('error', reject);
    stream.on('close', () => {
      session.removeListener('error', reject);
      if (trailers['grpc-status'] === '0') return resolve(Buffer.concat(chunks).subarray(5));
      return reject(new Error(`call failed: ${trailers['grpc-status']} ${trailers['grpc-message']}`));
    });
    stream.end(frame);
  });

/** Resolves as soon as somebody listens on the port; rejects after half a minute. */
export const listening = async (port: number): Promise<void> => {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(1)) {
    if (await accepts(port)) return;
  }
  throw new Error('nobody listens after 30 s');
};

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });

/** User and system time of a process in milliseconds, in ticks of 10 ms (Linux, proc(5)). */
export const cpuMilliseconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');

  return (Number(fields[11]) + Number(fields[12])) * 10;
};

/** Resident memory of a process in MiB: now, or the most it ever had. */
export const residentMebibytes = (pid: number, which: 'VmRSS' | 'VmHWM'): number => {
  const line = new RegExp(`^${which}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));

  return Number(line?.[1]) / 1024;
};
