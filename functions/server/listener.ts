import { constants, X509Certificate } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer, type TLSSocket } from 'node:tls';
import { type Server, ServerCredentials } from '@grpc/grpc-js';
import type { Certificates, RotatingCertificates } from './certificates.ts';
import type { Log } from './log.ts';

/** What listens, with or without TLS. */
export interface Listener {
  port: number;
  /** Takes no more connections; those that are open are the gRPC server's. */
  close(): void;
  /** Resolves when every connection has ended, or after a second: who does not end his own loses nothing by it. */
  ended(): Promise<void>;
}

/** An answer is on its way until the client has ended the connection: it is lost if the process ends before. */
const mostMillisecondsToEnd = 1_000;

/** Resolves when all of them are closed, or after a second. */
const allClosed = async (sockets: ReadonlySet<TLSSocket>): Promise<void> => {
  for (const end = Date.now() + mostMillisecondsToEnd; sockets.size > 0 && Date.now() < end; ) await sleep(10);
};

/** A connection that never finishes its handshake must not hold up the end of the process. */
const handshakeTimeout = 5_000;

const clientAuthentication = '1.3.6.1.5.5.7.3.2';

/**
 * Listens with TLS and hands connections of clients with a certificate of our CA to the gRPC server; any other is
 * closed. grpc-js cannot do this itself: it leaves the decision to OpenSSL, which takes Crossplane's own client
 * certificate for self-signed, because its subject is its issuer's (crossplane v2.3.4, internal/initializer/tls.go).
 *
 * Rejects when the address cannot be bound.
 */
// Guard rail: only-crossplane-calls
export const listenWithTls = (
  server: Server,
  { host, port }: { host: string; port: number },
  certificates: RotatingCertificates,
  log: Log,
): Promise<Listener> => {
  const open = new Set<TLSSocket>();
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = createServer(
    {
      ...certificates.current,
      ...{ requestCert: true, rejectUnauthorized: false, handshakeTimeout, ALPNProtocols: ['h2'] },
      // A resumed session would come without the certificate to check.
      secureOptions: constants.SSL_OP_NO_TICKET,
    },
    (socket) => {
      // A client that goes away is no error of ours.
      socket.on('error', () => {});
      const { ca } = certificates.current;
      if (isTrusted(socket, ca)) {
        open.add(socket);
        socket.once('close', () => open.delete(socket));
        return injector.injectConnection(socket);
      }

      log.info('client refused', { client: socket.remoteAddress, reason: String(socket.authorizationError) });
      return socket.destroy();
    },
  );
  certificates.onChange((changed: Certificates) =>
    listener.setSecureContext({ ...changed, secureOptions: constants.SSL_OP_NO_TICKET }),
  );
  listener.on('tlsClientError', (_, socket) => socket.destroy());

  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(port, host, () => {
      listener.removeListener('error', reject);
      resolve({
        port: (listener.address() as AddressInfo).port,
        close: () => listener.close(),
        ended: () => allClosed(open),
      });
    });
  });
};

/** OpenSSL's word, or, where it mistakes a certificate for self-signed, our own check of the same things. */
const isTrusted = (socket: TLSSocket, ca: Buffer): boolean => {
  if (socket.authorized) return true;
  if (socket.authorizationError?.toString() !== 'DEPTH_ZERO_SELF_SIGNED_CERT') return false;
  const certificate = socket.getPeerX509Certificate();

  return certificate !== undefined && authorities(ca).some((authority) => isIssued(certificate, authority));
};

const authorities = (bundle: Buffer): X509Certificate[] =>
  (bundle.toString().match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
    (pem) => new X509Certificate(pem),
  );

/** Signed by the authority, valid now, and made for clients. */
const isIssued = (certificate: X509Certificate, authority: X509Certificate): boolean =>
  authority.ca &&
  !certificate.ca &&
  isCurrent(authority) &&
  isCurrent(certificate) &&
  certificate.issuer === authority.subject &&
  certificate.verify(authority.publicKey) &&
  // Undefined means: made for anything.
  (certificate.keyUsage ?? [clientAuthentication]).includes(clientAuthentication);

const isCurrent = ({ validFrom, validTo }: X509Certificate): boolean =>
  Date.parse(validFrom) <= Date.now() && Date.now() <= Date.parse(validTo);
