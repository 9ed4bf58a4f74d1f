import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { masked } from '../../../functions/words/masked.ts';

/** Secrets as people and machines make them. Each is one word: what is left of it must not be found either. */
const secrets = {
  'a generated one': 'q7Xv2LmZr9TdYw4KsNb8HcFeJp3',
  'a weak one': 'hunter2monkey',
  'with signs of a URL': 'Zq8/w:x@Yk3?v#4=r',
  'with quotes': "Zq8'wYk3xv",
  'in letters': 'Correcthorsebattery',
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const jwt = (secret: string): string =>
  `eyJhbGciOiJSUzI1NiJ9.${Buffer.from(`{"sub":"${secret}"}`).toString('base64url')}.${Buffer.from(`${secret}${secret}`).toString('base64url')}`;
const kubeconfig = (secret: string): string =>
  base64(`apiVersion: v1\nkind: Config\nusers: [{name: a, user: {token: ${secret}}}]`);
const key = (secret: string): string =>
  `-----BEGIN RSA PRIVATE KEY-----\n${base64(secret.repeat(6)).replace(/(.{64})/g, '$1\n')}\n-----END RSA PRIVATE KEY-----`;

/** How a program writes a credential; a second text is what of it is secret, if it is not the secret itself. */
const forms: Record<string, (secret: string) => string | [string, string]> = {
  'a URL': (s) => `postgres://squadkit_admin:${s}@spike:5432/postgres?sslmode=require`,
  'a URL without a user': (s) => `redis://:${s}@cache:6379/0`,
  'a URL of a broker': (s) => `amqps://app:${s}@burrow:5671/galaxy-mailer`,
  'a URL with SRV': (s) => `mongodb+srv://app:${s}@cluster0.example.net/db`,
  'a URL of two': (s) => `amqp://app:${s}@one:5672,amqp://app:${s}@two:5672`,
  'a DSN of Go': (s) => `squadkit_admin:${s}@tcp(reef:3306)/galaxy`,
  'a DSN of Go by a socket': (s) => `squadkit_admin:${s}@unix(/run/mysqld.sock)/`,
  'a user at a host': (s) => `squadkit_admin:${s}@reef:3306`,
  'parameters of libpq': (s) => `host=spike password=${s.replace("'", '')} user=app`,
  'parameters of libpq in quotes': (s) => `host=spike password='${s.replace("'", "\\'")}' user=app`,
  'parameters of libpq apart': (s) => `user = app password = '${s.replace("'", "''")}' host = spike`,
  'a query of JDBC': (s) => `jdbc:postgresql://spike:5432/db?user=app&password=${s}&ssl=true`,
  'a query that ends with it': (s) => `https://api.example.org/v1/things?token=${s}`,
  'a signature of Azure': (s) => `https://x.blob.core.windows.net/a?sv=2024&sig=${encodeURIComponent(s)}&se=2026`,
  'a signature of AWS': (s) => `https://x.s3.amazonaws.com/a?X-Amz-Signature=${s}&X-Amz-Expires=3600`,
  'a connection string of ADO': (s) => `Server=reef;User Id=app;Password=${s};Encrypt=yes`,
  'an account key': (s) => `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${s}==`,
  'an environment variable': (s) => `exec: PGPASSWORD=${s} psql -h spike`,
  'an option': (s) => `mysql --host reef --password ${s} galaxy`,
  'a field of JSON': (s) => `{"username":"app","password":${JSON.stringify(s)},"host":"spike"}`,
  'a field of JSON in a text': (s) => JSON.stringify(`{"username":"app","password":${JSON.stringify(s)}}`),
  'a field of YAML': (s) => `username: app\npassword: ${s}\nhost: spike`,
  'a field of YAML in a block': (s) => `password: |-\n  ${s}\nhost: spike`,
  'an element of XML': (s) => `<user>app</user><password>${s}</password>`,
  'a statement of PostgreSQL': (s) => `ALTER ROLE app PASSWORD '${s.replace("'", "''")}' LOGIN`,
  'a statement of MySQL': (s) => `CREATE USER 'app'@'%' IDENTIFIED BY '${s.replace("'", "''")}'`,
  'a bearer': (s) => [`Authorization: Bearer ${base64(s)}`, base64(s)],
  'a bearer without a header': (s) => [`request with Bearer ${base64(s)} was refused`, base64(s)],
  'basic authentication': (s) => [`Authorization: Basic ${base64(`app:${s}`)}`, base64(`app:${s}`)],
  'a header of Vault': (s) => `X-Vault-Token: ${s}`,
  'a cookie': (s) => `Set-Cookie: session=${s}; HttpOnly`,
  'a JSON Web Token': (s) => [`the assertion ${jwt(s)} has expired`, jwt(s)],
  'a kubeconfig': (s) => [`cannot load ${kubeconfig(s)} as a config`, kubeconfig(s)],
  'a private key': (s) => [`tls: found ${key(s)} in the bundle`, base64(s.repeat(6))],
  'keys of AWS': (s) => `aws_access_key_id = AKIAIOSFODNN7EXAMPLE aws_secret_access_key = ${s}`,
  'a secret key of AWS alone': () => {
    const aws = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY12';
    return [`The request signed by ${aws} does not match`, aws];
  },
  'a token of GitHub': (s) => {
    const token = `ghp_${base64(s).replace(/\W/g, '')}`;
    return [`remote: ${token} may not push`, token];
  },
};

/** Where in a message it stands. */
const positions: Record<string, (form: string) => string> = {
  alone: (form) => form,
  'after a sentence': (form) => `cannot connect to server: ${form}`,
  'before a sentence': (form) => `${form}: dial tcp 10.0.0.7:5432: connect: connection refused`,
  'in brackets': (form) => `observe failed (${form}) after 3 attempts`,
  'in quotes': (form) => `cannot parse "${form}": invalid userinfo`,
  'on a line of its own': (form) => `cannot select database\n${form}\n\tgoroutine 1`,
  'behind much text': (form) => `${'cannot observe the thing, and so nothing is known. '.repeat(20)}${form} is wrong`,
};

/** What became of the message on its way. */
const ways: Record<string, (text: string, secret: string) => string> = {
  'as it is': (text) => text,
  'cut off in the middle of it': (text, secret) => {
    const end = text.lastIndexOf(secret) + Math.ceil(secret.length * 0.7);
    return text.includes(secret) ? text.slice(0, end) : text;
  },
  'cut off, with an ellipsis': (text, secret) => {
    const end = text.lastIndexOf(secret) + Math.ceil(secret.length * 0.7);
    return text.includes(secret) ? `${text.slice(0, end)}...` : text;
  },
  'broken in the middle of it': (text, secret) => {
    const middle = text.indexOf(secret) + Math.floor(secret.length / 2);
    return text.includes(secret) ? `${text.slice(0, middle)}\n  ${text.slice(middle)}` : text;
  },
  'quoted by Go': (text) => JSON.stringify(text),
  'quoted twice': (text) => JSON.stringify({ error: JSON.stringify(text) }),
  'escaped for HTML by Go': (text) =>
    JSON.stringify(text).replaceAll('&', '\\u0026').replaceAll('<', '\\u003c').replaceAll('>', '\\u003e'),
  'in a URL': (text) => encodeURIComponent(text),
  'with an escaped slash': (text) => text.replaceAll('/', '\\/'),
  'with lines of Windows': (text) => text.replaceAll('\n', '\r\n'),
};

/** What of a secret would help who reads it: any four letters of it in a row, however they are spelt. */
const leftOf = (text: string, secret: string): string | undefined => {
  const plain = [text, text.replaceAll(/\s+/g, '')];
  for (let start = 0; start + 5 <= secret.length; start += 1) {
    const part = secret.slice(start, start + 5);
    if (plain.some((found) => found.includes(part))) return part;
  }

  return undefined;
};

let tried = 0;

describe.each(Object.entries(forms).map(([name, form]) => ({ name, form })))('of $name', ({ form }) => {
  // Guard rail: secrets-stay-secret
  test.each(Object.entries(ways).map(([name, way]) => ({ name, way })))('$name nothing is left', ({ way }) => {
    const left: string[] = [];
    for (const secret of Object.values(secrets)) {
      const made = form(secret);
      const [text, hidden] = typeof made === 'string' ? [made, secret] : made;
      for (const position of Object.values(positions)) {
        const message = way(position(text), hidden);
        const found = leftOf(masked(message), hidden);
        tried += 1;
        if (found !== undefined) left.push(`${found} of ${message.slice(-400)}\n  -> ${masked(message).slice(-300)}`);
      }
    }

    expect(left).toEqual([]);
  });
});

describe('a secret that is known goes', () => {
  const known = 'correct horse, battery & staple';
  const spelt: Record<string, string> = {
    'as it is': known,
    'in base64': base64(known),
    'in a URL': encodeURIComponent(known),
    'in hexadecimal': Buffer.from(known).toString('hex'),
    'broken over lines': known.replace(' ', ' \n'),
    'without its end': known.slice(0, 12),
  };

  test.each(Object.entries(spelt))('%s', (_, text) => {
    for (const before of ['', 'the value is ', '"'])
      expect(leftOf(masked(before + text, [known]), text)).toBeUndefined();
  });
});

/** Messages as the providers have them: what they say themselves, and what servers say after it. */
const heads = readFileSync(join(import.meta.dirname, '../../recorded/messages.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !/^#|%/.test(line));
const tails = [
  'dial tcp 10.0.0.7:5432: connect: connection refused',
  'dial tcp: lookup spike.example.org on 10.96.0.10:53: no such host',
  'pq: password authentication failed for user "squadkit_admin"',
  'pq: permission denied to create database',
  'pq: role "galaxy_billing_owner" does not exist (42704)',
  'pq: must be able to SET ROLE "galaxy_billing_owner"',
  'Secret "mistyped" not found',
  'secrets "spike-admin" is forbidden: User "system:serviceaccount:squadkit-system:provider" cannot get resource "secrets" in API group "" in the namespace "squadkit-system"',
  'Get "https://aqua.example.org:6443/api/v1/namespaces/galaxy-billing": x509: certificate signed by unknown authority',
  'Put "https://10.0.0.1:6443/apis/kubernetes.m.crossplane.io/v1alpha1/namespaces/galaxy/objects/billing.frontier.aqua.namespace?fieldManager=apply&force=true": context deadline exceeded',
  'cannot get token: Unauthorized',
  'invalid password: must have at least 8 letters',
  'Object "billing.frontier.aqua.deployer-token" is invalid: spec.forProvider.manifest: Required value',
  'failed to pull image "docker.io/library/nginx:1.27@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"',
  'admission webhook "pods.example.org" denied the request: runAsNonRoot != true (pod must not set securityContext.runAsUser=0)',
  'Operation cannot be fulfilled on objects.kubernetes.m.crossplane.io "billing": the object has been modified; please apply your changes to the latest version and try again',
  'quota exceeded: count/services.squadkit.io, requested: count/services.squadkit.io=1, used: 20, limited: 20',
  'Basic authentication is not allowed, use a bearer token instead',
  'the Job has reached the specified backoff limit (BackoffLimitExceeded)',
  'at 2026-11-28T10:15:30Z uid 6ba7b810-9dad-11d1-80b4-00c04fd430c8 of generation 3',
];

test('what is no credential stays to the letter', () => {
  const messages = [...heads, ...heads.flatMap((head) => tails.map((tail) => `${head}: ${tail}`))];
  tried += messages.length;

  expect(messages.filter((message) => masked(message) !== message).map((message) => masked(message))).toEqual([]);
  expect(messages.length).toBeGreaterThan(3000);
});

test('a message of any length takes little time', () => {
  for (const hostile of [
    'a:'.repeat(40_000),
    'x://'.repeat(20_000),
    'password'.repeat(10_000),
    `${"'".repeat(60_000)}@tcp(`,
    '\\'.repeat(60_000),
    'token:\n'.repeat(9000),
    '%41'.repeat(20_000),
  ]) {
    const before = performance.now();
    masked(hostile, ['correct horse, battery']);
    expect(performance.now() - before).toBeLessThan(3000);
  }
});

afterAll(() => {
  console.log(
    `${Object.keys(forms).length} forms x ${Object.keys(positions).length} positions x ${Object.keys(ways).length} ways x ${Object.keys(secrets).length} secrets and ${heads.length * (tails.length + 1)} ordinary messages: ${tried} texts`,
  );
});
