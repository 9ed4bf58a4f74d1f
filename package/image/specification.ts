import { backupEntries, commandLineEntries, drillEntries, functionEntries, janitorEntries } from '../build.ts';
import { engineFlags } from '../engine.ts';

/** The images, by their names. */
export type ImageName = keyof typeof specifications;

/** What an image is made of, and how it is started. */
export interface Specification {
  title: string;
  /** What is bundled into it. */
  entries: Record<string, string>;
  /** Debian's packages, and which of their files; licences and the state of the package manager come with each. */
  debian: Record<string, RegExp>;
  /** Programs of PostgreSQL. */
  postgres: readonly string[];
  /** Whether what a server of PostgreSQL needs is there too. */
  hasPostgresServer?: boolean;
  /** Where the bundle lies. */
  directory: string;
  entrypoint: readonly string[];
  ports: readonly string[];
  /** Other files, by their paths. */
  files: Record<string, string>;
  /** Symbolic links, by their paths: what each leads to. */
  links: Record<string, string>;
  /** Whether everybody may write to /tmp. */
  hasTemporaryDirectory: boolean;
}

/** Only the licence of a package. */
const nothing = /(?!)/;

/** What Node links, and what it asks for names; no debugger, profiler or character set. */
const libraries = {
  'base-files': /\/(os-release|debian_version)$/,
  'gcc-12-base': nothing,
  libc6: /\/(ld-linux[^/]*|lib(c|m|dl|pthread|rt|resolv|mvec|nss_dns|nss_files)\.so[^/]*)$/,
  'libgcc-s1': /\/libgcc_s\.so[^/]*$/,
  'libstdc++6': /\/libstdc\+\+\.so[.\d]*$/,
};

const accounts = {
  'etc/passwd': 'nonroot:x:65532:65532:nonroot:/:/sbin/nologin\n',
  'etc/group': 'nonroot:x:65532:\n',
  'etc/nsswitch.conf': 'hosts: files dns\n',
};

/** What pg_dump links (readelf -d): TLS, Kerberos, which libpq has and nobody uses here, and what compresses. */
const postgresLibraries = {
  'libcom-err2': /\/libcom_err\.so[.\d]*$/,
  'libgssapi-krb5-2': /\/libgssapi_krb5\.so[.\d]*$/,
  libk5crypto3: /\/libk5crypto\.so[.\d]*$/,
  libkeyutils1: /\/libkeyutils\.so[.\d]*$/,
  'libkrb5-3': /\/libkrb5\.so[.\d]*$/,
  libkrb5support0: /\/libkrb5support\.so[.\d]*$/,
  'liblz4-1': /\/liblz4\.so[.\d]*$/,
  libssl3: /\/lib(ssl|crypto)\.so[.\d]*$/,
  libzstd1: /\/libzstd\.so[.\d]*$/,
  zlib1g: /\/libz\.so[.\d]*$/,
};

/** What a server of PostgreSQL links besides (readelf -d), the times that it knows, and what uuid-ossp links. */
const serverLibraries = {
  libicu72: /\/libicu(uc|data)\.so[.\d]*$/,
  liblzma5: /\/liblzma\.so[.\d]*$/,
  'libossp-uuid16': /\/libossp-uuid\.so[.\d]*$/,
  libxml2: /\/libxml2\.so[.\d]*$/,
  tzdata: /\/usr\/share\/zoneinfo\/(?!right\/|posix\/)/,
};

/**
 * Function and janitor have no shell: nothing but Node can be started in them, and beside it pg_dump in that of a backup. The command line has one, because CI systems run their
 * scripts in its image, and Git, by which it compares. The drill has one because initdb starts the server by it; whoever
 * restores there may not (functions/drill/prover.ts). Beside the drill lies restore.cjs, which a Job starts as its command.
 */
export const specifications = {
  'function-squadkit': {
    title: 'The composition function of Squadkit',
    entries: functionEntries,
    debian: libraries,
    postgres: [],
    directory: 'function',
    entrypoint: ['/usr/bin/node', ...engineFlags, '/function/function.cjs'],
    ports: ['9443/tcp'],
    files: accounts,
    links: {},
    hasTemporaryDirectory: false,
  },
  janitor: {
    title: 'The janitor of Squadkit, which ends sessions of logins that have ended',
    entries: janitorEntries,
    debian: libraries,
    postgres: [],
    directory: 'janitor',
    entrypoint: ['/usr/bin/node', '/janitor/janitor.cjs'],
    ports: [],
    files: accounts,
    links: {},
    hasTemporaryDirectory: false,
  },
  backup: {
    title: 'A backup of Squadkit: one database, encrypted, into a store',
    entries: backupEntries,
    debian: { ...libraries, ...postgresLibraries },
    postgres: ['pg_dump'],
    directory: 'backup',
    entrypoint: ['/usr/bin/node', '/backup/backup.cjs'],
    ports: [],
    files: accounts,
    links: { 'usr/bin/pg_dump': '../lib/postgresql/bin/pg_dump' },
    hasTemporaryDirectory: false,
  },
  drill: {
    title: 'Drill and restore of Squadkit: a backup, proven in a server of its own, or put into a new database',
    entries: drillEntries,
    debian: { ...libraries, ...postgresLibraries, ...serverLibraries, 'busybox-static': /\/bin\/busybox$/ },
    postgres: ['initdb', 'pg_restore', 'postgres'],
    hasPostgresServer: true,
    directory: 'drill',
    entrypoint: ['/usr/bin/node', '/drill/drill.cjs'],
    ports: [],
    files: accounts,
    links: { 'bin/sh': 'busybox' },
    hasTemporaryDirectory: true,
  },
  'command-line': {
    title: 'squadkit, the command line of Squadkit',
    entries: commandLineEntries,
    debian: {
      ...libraries,
      'busybox-static': /\/bin\/busybox$/,
      git: /\/usr\/bin\/git$/,
      'libpcre2-8-0': /\/libpcre2-8\.so[^/]*$/,
      zlib1g: /\/libz\.so[^/]*$/,
    },
    postgres: [],
    directory: 'usr/lib/squadkit',
    entrypoint: ['/usr/bin/node', '/usr/lib/squadkit/squadkit.mjs'],
    ports: [],
    files: {
      ...accounts,
      // A CI system checks out as somebody else. What a repository's own configuration could make Git run, squadkit turns off.
      'etc/gitconfig': '[safe]\n\tdirectory = *\n',
    },
    links: {
      'bin/sh': 'busybox',
      'usr/bin/env': '../../bin/busybox',
      'usr/bin/squadkit': '../lib/squadkit/squadkit.mjs',
    },
    hasTemporaryDirectory: true,
  },
} satisfies Record<string, Specification>;
