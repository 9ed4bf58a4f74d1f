/** What a client needs before it runs, and how one of its programs is run in its folder. */
export interface Client {
  name: string;
  /** Its folder in test/clients, and in the cache. */
  folder: string;
  language: Language;
  /** The page's programs: for a mounted Secret, and with environment variables only. */
  connect: string;
  environment?: string;
  /** What a way of the matrix gives, where it is not a connection: why not. */
  cannot: Partial<Record<Way, string>>;
  /** Why it does not connect to a server that is registered by its IPv6 address, where it does not. */
  withoutIpv6?: string;
}

/** In what a client's programs are written: how its dependencies are installed and its programs started. */
export type Language = 'shell' | 'node' | 'python' | 'go' | 'java';

/** A form of the binding, and how a program gets it. */
export type Way = `${(typeof forms)[number]} ${(typeof places)[number]}`;

export const forms = ['uri', 'uri-without-ca', 'keys'] as const;
export const places = ['mounted', 'environment'] as const;

/** All six ways. */
export const ways = forms.flatMap((form) => places.map((place): Way => `${form} ${place}`));

/** No file, no connection: nothing falls back to a server that is not verified. */
const noFile: Client['cannot'] = { 'uri environment': 'the file that uri names is not there' };
const libpq = noFile;
const node: Client['cannot'] = {
  ...noFile,
  'uri-without-ca mounted': 'sslmode in a connection string discards ssl.ca',
  'uri-without-ca environment': 'sslmode in a connection string discards ssl.ca',
};
const jdbc: Client['cannot'] = {
  ...noFile,
  'uri-without-ca mounted': 'JDBC has a form of its own',
  'uri-without-ca environment': 'JDBC has a form of its own',
};
const byFolder: Client['cannot'] = {
  'uri environment': 'reads mounted bindings only',
  'uri-without-ca mounted': 'reads the folder as a whole',
  'uri-without-ca environment': 'reads mounted bindings only',
  'keys mounted': 'reads the folder as a whole',
  'keys environment': 'reads mounted bindings only',
};

const client = (
  name: string,
  folder: string,
  language: Language,
  cannot: Client['cannot'],
  { hasEnvironment = true, withoutIpv6 }: { hasEnvironment?: boolean; withoutIpv6?: string } = {},
): Client => {
  const extension = { shell: '.sh', node: '.mjs', python: '.py', go: '/main.go', java: '.java' }[language];
  const program = (of: string) =>
    `${language === 'java' ? of.replace(/^./, (letter) => letter.toUpperCase()) : of}${extension}`;

  return {
    name,
    folder,
    language,
    connect: program('connect'),
    ...(hasEnvironment && { environment: program('environment') }),
    cannot,
    ...(withoutIpv6 && { withoutIpv6 }),
  };
};

/** pgjdbc 42.7.8: "Server name validation failed: certificate for host [::1] …". */
const brackets = 'it looks for an address with its brackets in the certificate';

/** The clients whose programs are on the page. */
export const clients: Client[] = [
  client('psql', 'psql', 'shell', libpq),
  client('Node pg', 'node-pg', 'node', node),
  client(
    'postgres.js',
    'postgres-js',
    'node',
    {
      ...noFile,
      'uri mounted': 'it sends sslrootcert to the server, which does not know it',
    },
    { withoutIpv6: 'it takes the bracket for the name of the server' },
  ),
  client('psycopg 2', 'psycopg2', 'python', libpq),
  client('psycopg 3', 'psycopg3', 'python', libpq),
  client('SQLAlchemy', 'sqlalchemy', 'python', libpq),
  client('asyncpg', 'asyncpg', 'python', noFile),
  client('pgx', 'pgx', 'go', noFile),
  client('database/sql with lib/pq', 'lib-pq', 'go', noFile),
  client('JDBC', 'jdbc', 'java', jdbc, { withoutIpv6: brackets }),
  client('Spring Boot by spring-cloud-bindings', 'spring-cloud-bindings', 'java', byFolder, {
    hasEnvironment: false,
    withoutIpv6: brackets,
  }),
  client('Quarkus by its binding reader', 'quarkus', 'java', byFolder, {
    hasEnvironment: false,
    withoutIpv6: brackets,
  }),
];
