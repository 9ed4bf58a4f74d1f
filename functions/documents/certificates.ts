import { X509Certificate } from 'node:crypto';
import * as z from 'zod/mini';
import { timestampOf } from '../objects/time.ts';
import { documentation } from './schema.ts';

/** The longest bundle: it lies in a Secret per login, and etcd takes a request of 1.5 MiB. */
export const longestBundle = 65_536;
/** The most that is looked at to say that it is too long: with more, rules on it would cost an API server too much (1.35). */
const longestText = 200_000;

const tooLong = `use the bundle of the region, or only the certificate that signed the server's: at most ${longestBundle} characters, because it lies in every Secret`;
const noPem =
  'put the certificates themselves here, in PEM: what begins with -----BEGIN CERTIFICATE-----, not a file name and not the base64 of it';
const privateKey =
  'take the private key out and replace it: whoever reads this document has it now. Only certificates belong here';

const begins = /^-----BEGIN ([A-Z0-9 ]+)-----[ \t]*$/;

/** A block of PEM: what it says that it is, and its lines with those that frame it; undefined where it does not end. */
interface Block {
  label: string;
  text: string | undefined;
}

/** The blocks of a PEM text. What stands between them is for people: openssl and Go pass it over (RFC 7468, 2). */
const blocksOf = (text: string): Block[] => {
  const lines = text.split(/\r?\n/);

  return lines.flatMap((line, start): Block[] => {
    const label = begins.exec(line)?.[1];
    if (label === undefined) return [];
    const length = lines.slice(start).findIndex((other) => other.trimEnd() === `-----END ${label}-----`);
    const inner = lines.slice(start + 1, start + length);
    const isWhole = length > 0 && inner.every((other) => /^[A-Za-z0-9+/=]+[ \t]*$/.test(other));

    return [{ label, text: isWhole ? lines.slice(start, start + length + 1).join('\n') : undefined }];
  });
};

const certificateOf = ({ text }: Block): X509Certificate | undefined => {
  try {
    return text === undefined ? undefined : new X509Certificate(text);
  } catch {
    return undefined;
  }
};

/** The certificates of a bundle in PEM, in their order; undefined for one that cannot be read. */
export const certificatesIn = (bundle: string): (X509Certificate | undefined)[] =>
  blocksOf(bundle)
    .filter(({ label }) => label === 'CERTIFICATE')
    .map(certificateOf);

/**
 * What is wrong with a bundle of certificates in PEM, and what would be right; undefined if nothing is. It says nothing
 * of what the text holds: that may be a private key.
 */
export const wrongInBundle = (text: string): string | undefined => {
  if (text.length > longestBundle) return tooLong;
  if (/PRIVATE KEY-----/.test(text)) return privateKey;
  const blocks = blocksOf(text);
  if (blocks.length === 0) return noPem;
  const other = blocks.findIndex(({ label }) => label !== 'CERTIFICATE');
  if (other >= 0) return `block ${other + 1} of ${blocks.length} is not a certificate: only CERTIFICATE belongs here`;
  const broken = blocks.findIndex((block) => certificateOf(block) === undefined);
  if (broken >= 0) {
    return `block ${broken + 1} of ${blocks.length} cannot be read as a certificate: copy it again, from its BEGIN to its END`;
  }

  return undefined;
};

/** When the certificates of a bundle end: the first of them and the last, as Kubernetes writes times. */
export interface Ends {
  firstEnd: string;
  lastEnd: string;
}

/**
 * When the certificates of a bundle in PEM end. Which of them a server was signed by is not in a bundle: after the first end
 * it may be refused, after the last it is. Undefined if no certificate in it says when.
 */
export const endsOf = (bundle: string): Ends | undefined => {
  const times = certificatesIn(bundle)
    .map((certificate) => Date.parse(certificate?.validTo ?? ''))
    .filter((time) => !Number.isNaN(time));
  if (times.length === 0) return undefined;

  return { firstEnd: timestampOf(Math.min(...times)), lastEnd: timestampOf(Math.max(...times)) };
};

/** A field that holds certificates in PEM. */
export const certificates = (description: string) =>
  z
    .string()
    .check(
      z.minLength(1, noPem),
      z.maxLength(longestText, tooLong),
      z.superRefine((text, context) => {
        const wrong = wrongInBundle(text);
        if (wrong !== undefined) context.addIssue({ code: 'custom', message: wrong });
      }),
    )
    .register(documentation, { description });

/**
 * The most that an API server can say of a field of certificates without reading one: rules for the object that has the
 * field. On the field itself its refusal would show the value (Kubernetes 1.35), which may be a private key.
 */
export const bundleRules = [
  { rule: `!has(self.caBundle) || size(self.caBundle) <= ${longestBundle}`, message: `caBundle: ${tooLong}` },
  { rule: "!has(self.caBundle) || !self.caBundle.contains('PRIVATE KEY-----')", message: `caBundle: ${privateKey}` },
  { rule: "!has(self.caBundle) || self.caBundle.contains('BEGIN CERTIFICATE')", message: `caBundle: ${noPem}` },
];
