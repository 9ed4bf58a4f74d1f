// First, see there.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

cryptoProvider.set(webcrypto as Crypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const hour = 3_600_000;

export interface Pair {
  certificate: string;
  key: string;
  serial: string;
}

/** A certificate authority that lives for one test. */
export interface Authority {
  certificate: string;
  /** A certificate for 127.0.0.1 and localhost; `expired` makes one that ended an hour ago, `only` one for servers. */
  issue(name: string, options?: { expired?: boolean; only?: 'server' }): Promise<Pair>;
}

let serial = 1000;

export const createAuthority = async (name: string): Promise<Authority> => {
  const keys = await generateKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    serialNumber: String(serial++),
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - 3 * hour),
    notAfter: new Date(Date.now() + hour),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new BasicConstraintsExtension(true, 1, true)],
  });

  return {
    certificate: authority.toString('pem'),
    issue: (commonName, options) => issue(authority, keys.privateKey, commonName, options),
  };
};

const issue = async (
  authority: X509Certificate,
  signingKey: CryptoKey,
  commonName: string,
  { expired = false, only }: { expired?: boolean; only?: 'server' } = {},
): Promise<Pair> => {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    serialNumber: String(serial++),
    subject: `CN=${commonName}`,
    issuer: authority.subject,
    notBefore: new Date(Date.now() - 2 * hour),
    notAfter: new Date(Date.now() + (expired ? -hour : hour)),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new ExtendedKeyUsageExtension([
        ExtendedKeyUsage.serverAuth,
        ...(only === 'server' ? [] : [ExtendedKeyUsage.clientAuth]),
      ]),
      new SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');

  return {
    certificate: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${pkcs8}\n-----END PRIVATE KEY-----\n`,
    serial: certificate.serialNumber,
  };
};

const generateKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;

/** Writes the files the way Kubernetes mounts a Secret of type kubernetes.io/tls. */
export const writeCertificates = (directory: string, { certificate, key }: Pair, authority: Authority): string => {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'tls.crt'), certificate);
  writeFileSync(join(directory, 'tls.key'), key);
  writeFileSync(join(directory, 'ca.crt'), authority.certificate);

  return directory;
};
