import { commandLineEntries, functionEntries } from '../build.ts';
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

/**
 * The function has no shell: nothing but Node can be started in it. The command line has one, because CI systems run their
 * scripts in its image, and Git, by which it compares.
 */
export const specifications = {
  'function-squadkit': {
    title: 'The composition function of Squadkit',
    entries: functionEntries,
    debian: libraries,
    directory: 'function',
    entrypoint: ['/usr/bin/node', ...engineFlags, '/function/function.cjs'],
    ports: ['9443/tcp'],
    files: accounts,
    links: {},
    hasTemporaryDirectory: false,
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
