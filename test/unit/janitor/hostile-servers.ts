import { createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Authority, createAuthority } from '../../control-plane/certificates.ts';

/** What plays a PostgreSQL server, and is none. */
export interface FakeServer {
  port: number;
  /** Everything that a client sent over TLS. */
  received: () => string;
  stop: () => void;
}

/** What it does with a client: with its plain socket, or once TLS stands. */
export interface Behaviour {
  plain?: (socket: Socket) => void;
  secure?: (socket: TLSSocket) => void;
}

/** The authority that a Zone registers for all of them. */
export const authority: Authority = await createAuthority('of fake servers');

/** A message of the protocol (PostgreSQL 18, protocol.sgml): a letter, a length, and what is said. */
export const message = (letter: string, content: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);

  return Buffer.concat([Buffer.from(letter), length, content]);
};

/** A request for authentication of that number, as 3 for the password itself and 5 for MD5. */
export const authentication = (number: number, rest = Buffer.alloc(0)): Buffer => {
  const kind = Buffer.alloc(4);
  kind.writeInt32BE(number);

  return message('R', Buffer.concat([kind, rest]));
};

/** Starts one, with a certificate of an authority for localhost and 127.0.0.1. */
export const startFake = async (
  { plain, secure }: Behaviour,
  { by = authority, host = '127.0.0.1' } = {},
): Promise<FakeServer> => {
  const { certificate, key } = await by.issue('localhost');
  let received = '';
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (plain) return plain(socket);
    socket.once('data', () => {
      socket.write('S');
      const tls = new TLSSocket(socket, { isServer: true, cert: certificate, key });
      tls.on('error', () => undefined);
      tls.on('data', (chunk) => {
        received += chunk.toString('latin1');
      });
      secure?.(tls);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));

  return {
    port: (server.address() as { port: number }).port,
    received: () => received,
    stop: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
};
