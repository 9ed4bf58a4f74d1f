import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { ServerCredentials } from '@grpc/grpc-js';
import { describeThrown, type Log } from './log.ts';

/** A connection that never finishes its handshake must not hold up the end of the process. */
const handshakeTimeout = 5_000;

/**
 * Server credentials from `tls.crt`, `tls.key` and `ca.crt` in a directory: a client needs a certificate of that CA.
 * The files are read again every `interval` milliseconds, for new connections. grpc-js has a watcher of its own, but it
 * serves nobody while the files are missing or do not fit together; this one keeps the last that did. Throws a sentence
 * when the first reading fails.
 */
export class RotatingCredentials extends ServerCredentials {
  readonly #directory: string;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #served: Certificates;
  #complained = false;

  constructor(directory: string, interval: number, log: Log) {
    const certificates = readCertificates(directory);
    super({ requestCert: true, rejectUnauthorized: true, handshakeTimeout }, certificates);
    this.#directory = directory;
    this.#log = log;
    this.#served = certificates;
    this.#timer = setInterval(() => this.#reload(), interval).unref();
  }

  /** Stops reading the files. */
  stop(): void {
    clearInterval(this.#timer);
  }

  override _equals(other: ServerCredentials): boolean {
    return this === other;
  }

  #reload(): void {
    try {
      const certificates = readCertificates(this.#directory, this.#served);
      this.#complained = false;
      if (certificates === this.#served) return;
      this.#served = certificates;
      this.updateSecureContextOptions(certificates);
      this.#log.info('TLS certificates reloaded');
    } catch (error) {
      if (!this.#complained)
        this.#log.error('new TLS certificates unusable, serving the old ones', describeThrown(error));
      this.#complained = true;
    }
  }
}

type Certificates = SecureContextOptions & { ca: Buffer; cert: Buffer; key: Buffer };

/** Reads and checks the files; returns `known` itself when nothing has changed. */
const readCertificates = (directory: string, known?: Certificates): Certificates => {
  const [cert, key, ca] = ['tls.crt', 'tls.key', 'ca.crt'].map((file) => readFile(directory, file)) as Three;
  if (known?.cert.equals(cert) && known.key.equals(key) && known.ca.equals(ca)) return known;

  const certificates = { cert, key, ca };
  try {
    // Without this an empty ca.crt would pass: OpenSSL reads zero certificates from it and does not complain.
    new X509Certificate(ca);
    createSecureContext(certificates);
  } catch (error) {
    throw new Error(`cannot use the TLS certificates in ${directory}: ${codeOf(error)}`);
  }

  return certificates;
};

type Three = [Buffer, Buffer, Buffer];

const readFile = (directory: string, file: string): Buffer => {
  try {
    return readFileSync(join(directory, file));
  } catch (error) {
    throw new Error(`cannot read the TLS certificate file ${join(directory, file)}: ${codeOf(error)}`);
  }
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown error';
