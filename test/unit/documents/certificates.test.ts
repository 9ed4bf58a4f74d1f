import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { createSecureContext, rootCertificates } from 'node:tls';
import { X509Certificate as OtherReader } from '@peculiar/x509';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { certificates, endsOf, longestBundle, wrongInBundle } from '../../../functions/documents/certificates.ts';
import { createAuthority } from '../../control-plane/certificates.ts';

const authority = await createAuthority('a');
const { certificate, key } = await authority.issue('b');
const ca = `${authority.certificate.trim()}\n`;
/** What may stand in a bundle, and whether openssl finds a certificate there that it can use. */
const pieces = {
  ca,
  leaf: certificate,
  public: rootCertificates[0] as string,
  'with windows line ends': ca.replaceAll('\n', '\r\n'),
  comment: '# Amazon RDS eu-west-1 Root CA\n',
  empty: '\n\n',
};
const wrongPieces = {
  'private key': key,
  'key of another form': key.replaceAll('PRIVATE KEY', 'EC PRIVATE KEY'),
  'encrypted key': key.replaceAll('PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'),
  'public key': '-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQ==\n-----END PUBLIC KEY-----\n',
  request: '-----BEGIN CERTIFICATE REQUEST-----\nMFkw\n-----END CERTIFICATE REQUEST-----\n',
  'cut off': ca.slice(0, 200),
  'without its end': ca.replace(/-----END.*\n?/, ''),
  'with a letter less': ca.replace(/\nMII/, '\nMI'),
  'with a sentence': '-----BEGIN CERTIFICATE-----\nThe certificate of the authority.\n-----END CERTIFICATE-----\n',
  'with a turned byte': ca.replace(/\nMII/, '\nMIJ'),
};

/** Whether openssl, as node's TLS has it, takes a bundle for the authorities of a connection. */
const isTakenByOpenssl = (bundle: string): boolean => {
  try {
    createSecureContext({ ca: bundle });
    return true;
  } catch {
    return false;
  }
};

const lines = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);
const right = fc.array(fc.constantFrom(...Object.values(pieces)), { minLength: 0, maxLength: 4 });
const wrong = fc.constantFrom(...Object.values(wrongPieces));

describe('a bundle of certificates', () => {
  test('is taken in any order, with what people write between, and openssl takes it too', () => {
    fc.assert(
      fc.property(right, (all) => {
        const text = all.map(lines).join('');
        const hasOne = all.some((piece) => piece.includes('BEGIN CERTIFICATE'));
        expect(wrongInBundle(text) === undefined).toBe(hasOne);
        if (hasOne) expect(isTakenByOpenssl(text)).toBe(true);
      }),
    );
  });

  test('is refused with anything wrong in it, wherever that is, and never shows a line of it', () => {
    fc.assert(
      fc.property(right, wrong, right, (before, piece, after) => {
        const text = [...before, piece, ...after].map(lines).join('');
        const said = certificates('').safeParse(text).error?.issues[0]?.message ?? '';
        expect(said).not.toBe('');
        for (const line of text.split(/\r?\n/).filter((each) => each.length > 20 && !each.startsWith('-----'))) {
          expect(said).not.toContain(line);
        }
      }),
    );
  });

  test.each([
    [Buffer.from(ca).toString('base64'), 'not the base64 of it'],
    ['/etc/ssl/certs/ca.crt', 'not a file name'],
    ['', 'put the certificates themselves here'],
    [`${ca}${key}`, 'take the private key out and replace it'],
    [`${ca}${wrongPieces.request}`, 'block 2 of 2 is not a certificate'],
    [`${ca}${wrongPieces['with a sentence']}${ca}`, 'block 2 of 3 cannot be read as a certificate'],
    [ca.repeat(154_000 / ca.length), 'use the bundle of the region'],
    [ca.repeat(5_000), 'use the bundle of the region'],
  ])('says what is wrong: %#', (text, words) => {
    expect(certificates('').safeParse(text).error?.issues[0]?.message).toContain(words);
  });

  test('may be as long as said', () => {
    expect(wrongInBundle(`${ca}${'#'.repeat(longestBundle - ca.length)}`)).toBeUndefined();
  });

  test('of the public authorities is one, in parts', () => {
    for (const one of rootCertificates)
      expect([wrongInBundle(one), new X509Certificate(one).ca]).toEqual([undefined, true]);
  });
});

test('when a bundle ends is when another reader of certificates says that the first and the last of it end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...rootCertificates, ca, certificate), { minLength: 1, maxLength: 6 }),
      fc.constantFrom('\n', '\r\n'),
      (bundle, lineEnd) => {
        const times = bundle.map((pem) => new OtherReader(pem).notAfter.getTime());
        const ends = endsOf(
          bundle
            .map((pem) => `# of a region\n${pem.trim()}\n`)
            .join('')
            .replaceAll('\n', lineEnd),
        );

        expect([ends?.firstEnd, ends?.lastEnd].map((time) => Date.parse(time ?? ''))).toEqual([
          Math.min(...times),
          Math.max(...times),
        ]);
        expect(ends?.firstEnd).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      },
    ),
  );
});

test('a bundle without a certificate that can be read does not end', () => {
  expect(endsOf('nothing')).toBeUndefined();
});
