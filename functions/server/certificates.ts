import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import { describeThrown, type Log } from './log.ts';

/**
 * `tls.crt`, `tls.key` and `ca.crt` of a directory, read again every `interval` milliseconds. While the files are
 * missing or do not fit together, the last that did are kept. Throws a sentence when the first reading fails.
 */
export class RotatingCertificates {
  readonly #directory: string;
  readonly #log: Log;
  readonly #timer: NodeJS.Timeout;
  #served: Certificates;
  #complained = false;
  #onChange: (certificates: Certificates) => void = () => {};

  constructor(directory: string, interval: number, log: Log) {
    this.#served = readCertificates(directory);
    this.#directory = directory;
    this.#log = log;
    this.#timer = setInterval(() => this.#reload(), interval).unref();
  }

  get current(): Certificates {
    return this.#served;
  }

  /** Calls back with every later set. */
  onChange(callback: (certificates: Certificates) => void): void {
    this.#onChange = callback;
  }

  /** Stops reading the files. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #reload(): void {
    try {
      const certificates = readCertificates(this.#directory, this.#served);
      this.#complained = false;
      if (certificates === this.#served) return;
      this.#served = certificates;
      this.#onChange(certificates);
      this.#log.info('TLS certificates reloaded');
    } catch (error) {
      if (!this.#complained)
        this.#log.error('new TLS certificates unusable, serving the old ones', describeThrown(error));
      this.#complained = true;
    }
  }
}

/** What a server and the check of its clients need. */
export type Certificates = SecureContextOptions & { ca: Buffer; cert: Buffer; key: Buffer };

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
