import 'reflect-metadata';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A certificate and its key, as PEM. */
export interface KeyPair {
  certificate: string;
  key: string;
}

/** What a certificate is for, besides 127.0.0.1 and localhost, and who its owner is to a Kubernetes cluster. */
export interface Subject {
  addresses?: string[];
  names?: string[];
  /** A group, by which Kubernetes knows clients. */
  organization?: string;
}

/** Issues certificates for 127.0.0.1, localhost and what a subject adds, for both ends of a connection. */
export interface Authority {
  certificate: string;
  issue(commonName: string, subject?: Subject): Promise<KeyPair>;
}

const elliptic = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };

/** Makes a new certificate authority that lives as long as this control plane. */
export const createAuthority = async (commonName: string): Promise<Authority> => {
  const keys = await crypto.subtle.generateKey(elliptic, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${commonName}`,
    keys,
    signingAlgorithm: elliptic,
    ...validity(),
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });

  return { certificate: certificate.toString('pem'), issue: issuer(certificate, keys.privateKey, elliptic) };
};

/** Signs with an authority that somebody else made, such as Crossplane. */
export const loadAuthority = async ({ certificate, key }: KeyPair): Promise<Authority> => {
  const privateKey = createPrivateKey(key);
  const algorithm = privateKey.asymmetricKeyType === 'rsa' ? rsa : elliptic;
  const encoded = privateKey.export({ format: 'der', type: 'pkcs8' });
  const signingKey = await crypto.subtle.importKey('pkcs8', encoded, algorithm, false, ['sign']);

  return { certificate, issue: issuer(new x509.X509Certificate(certificate), signingKey, algorithm) };
};

/**
 * A key for signing ServiceAccount tokens, in a format that kube-apiserver reads as both halves. One of RSA, of which it
 * reads PKCS 1, took half a second and more to make.
 */
export const createTokenKey = (): string =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'sec1', format: 'pem' },
  }).privateKey;

const issuer =
  (authority: x509.X509Certificate, signingKey: CryptoKey, signingAlgorithm: typeof elliptic | typeof rsa) =>
  async (commonName: string, { addresses = [], names = [], organization }: Subject = {}): Promise<KeyPair> => {
    const keys = await crypto.subtle.generateKey(elliptic, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.create({
      subject: [{ CN: [commonName] }, ...(organization ? [{ O: [organization] }] : [])],
      // The name as it is encoded: rebuilt from its text it may differ, and then nobody finds the issuer.
      issuer: authority.subjectName,
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm,
      ...validity(),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension([
          { type: 'ip', value: '127.0.0.1' },
          { type: 'dns', value: 'localhost' },
          ...addresses.map((value) => ({ type: 'ip' as const, value })),
          ...names.map((value) => ({ type: 'dns' as const, value })),
        ]),
      ],
    });
    const encoded = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
    const key = createPrivateKey({ key: encoded, format: 'der', type: 'pkcs8' }).export({
      format: 'pem',
      type: 'pkcs8',
    });

    return { certificate: certificate.toString('pem'), key: key.toString() };
  };

/** From an hour ago, for clocks that differ, for ten years. */
const validity = () => ({
  notBefore: new Date(Date.now() - 3_600_000),
  notAfter: new Date(Date.now() + 10 * 365 * 86_400_000),
});
