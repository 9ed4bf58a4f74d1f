import { writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { type BundledPackage, licencesOf, packagesIn } from './licences.ts';
import { billOfMaterials } from './sbom.ts';
import { releasedVersion } from './version.ts';

const root = resolve(import.meta.dirname, '..');

interface Bundle {
  outputDirectory: string;
  /** A file to bundle in place of functions/compose.ts: how tests make the packaged server another one. */
  compose?: string;
  /** What it calls itself; by default the version of package.json. */
  version?: string;
  /** Names and sources of the bundles; by default what is released. The ending of a name says how it is loaded. */
  entries?: Record<string, string>;
}

/** The function. */
export const functionEntries = { 'function.cjs': 'functions/main.ts' };
/** The janitor of sessions, a program of its own: nothing else has a client of PostgreSQL inside. */
export const janitorEntries = { 'janitor.cjs': 'functions/janitor.ts' };

/** The backup of one database, a program of its own: nothing else has a client of S3 and age inside. */
export const backupEntries = { 'backup.cjs': 'functions/backup.ts' };
/** The drill and the restore: two programs that need the same, in one image. */
export const drillEntries = { 'drill.cjs': 'functions/drill.ts', 'restore.cjs': 'functions/restore.ts' };
/** The command line tool. */
export const commandLineEntries = { 'squadkit.mjs': 'functions/squadkit.ts' };

/**
 * Bundles the function and the command line tool, so that they need nothing but Node, and puts beside them
 * the licence texts of everything inside, and a bill of materials. Returns the size of each file in bytes. Throws when esbuild does.
 */
export const bundle = async (wanted: Bundle): Promise<Record<string, number>> => (await bundleOf(wanted)).sizes;

/** The same, and which packages have code inside. */
export const bundleOf = async ({
  outputDirectory,
  compose,
  version = releasedVersion().slice(1),
  entries = { ...functionEntries, ...janitorEntries, ...commandLineEntries },
}: Bundle): Promise<{ sizes: Record<string, number>; packages: BundledPackage[] }> => {
  const plugins = [withoutSideEffects, withoutGrpcClient, ...(compose ? [composeFrom(compose)] : [])];
  const define = { SQUADKIT_VERSION: JSON.stringify(version) };
  const results = await Promise.all(
    Object.entries(entries).map(([name, source]) =>
      build({
        ...options,
        ...formatOf(name),
        entryPoints: [source],
        outfile: join(outputDirectory, name),
        define,
        plugins,
        // pg's clients for C and for Cloudflare, which nobody asks for here.
        external: ['pg-native', 'pg-cloudflare'],
      }),
    ),
  );
  const metafiles = results.map(({ metafile }) => metafile);
  const packages = packagesIn(metafiles);
  writeFileSync(join(outputDirectory, 'LICENSES.txt'), licencesOf(packages));
  writeFileSync(
    join(outputDirectory, 'sbom.cdx.json'),
    billOfMaterials({ name: 'squadkit', version, inside: packages }),
  );

  return { sizes: Object.assign({}, ...metafiles.map(sizes)), packages };
};

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  // Names stay: logs show the class of an error, and where it was thrown, instead of its message.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: 'external',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
} as const;

/** The function runs on the Node of its image, the command line on whatever Node somebody has: see `engines`. */
const formatOf = (name: string) =>
  name.endsWith('.cjs')
    ? ({ format: 'cjs', target: 'node24' } as const)
    : ({
        format: 'esm',
        target: 'node20',
        // grpc-js is CommonJS and requires Node's own modules.
        banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
      } as const);

/** The SDK re-exports a logger, a merge library and its own server; none says that it may be left out when unused. */
const withoutSideEffects: Plugin = {
  name: 'without-side-effects',
  setup: ({ onResolve, resolve: resolveModule }) => {
    onResolve({ filter: /.*/ }, async ({ path, pluginData, ...options }) => {
      const isOfSdk = path.startsWith('@crossplane-org/') || options.importer.includes('/@crossplane-org/');
      if (pluginData === 'resolving' || !isOfSdk) return undefined;
      const resolved = await resolveModule(path, { ...options, pluginData: 'resolving' });

      return { ...resolved, sideEffects: false };
    });
  },
};

/** What a server needs of grpc-js. Its other half is a client with name resolution, load balancing and retries. */
const grpcServer = `
const { LogVerbosity: logVerbosity, Status: status } = require('@grpc/grpc-js/build/src/constants.js');
const { setLoggerVerbosity: setLogVerbosity } = require('@grpc/grpc-js/build/src/logging.js');
const { Server } = require('@grpc/grpc-js/build/src/server.js');
const { ServerCredentials } = require('@grpc/grpc-js/build/src/server-credentials.js');
require('@grpc/grpc-js/build/src/resolver-dns.js').setup();
require('@grpc/grpc-js/build/src/resolver-ip.js').setup();
module.exports = { logVerbosity, Server, ServerCredentials, setLogVerbosity, status };
`;

/** What the SDK asks of grpc-js: a client that nobody makes here. The command line has no more of it than this. */
const grpcClient = 'export class Client {} export const makeGenericClientConstructor = () => undefined;';

const withoutGrpcClient: Plugin = {
  name: 'without-grpc-client',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@grpc\/grpc-js$/ }, ({ path, importer }) => ({
      path,
      namespace: importer.includes('/@crossplane-org/') ? 'grpc-client' : 'grpc-server',
    }));
    onLoad({ filter: /.*/, namespace: 'grpc-server' }, () => ({ contents: grpcServer, resolveDir: root }));
    onLoad({ filter: /.*/, namespace: 'grpc-client' }, () => ({ contents: grpcClient }));
    // The server asks for these for two admin services that nobody registers here.
    onResolve({ filter: /^(@grpc\/proto-loader|\.\/make-client)$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: 'module.exports = {};' }));
  },
};

const composeFrom = (file: string): Plugin => ({
  name: 'compose-from',
  setup: ({ onResolve }) => {
    // Each kind has a file of that name too.
    onResolve({ filter: /^\.\/compose\.ts$/ }, ({ importer }) =>
      importer === join(root, 'functions/main.ts') ? { path: resolve(file) } : undefined,
    );
  },
});

const sizes = ({ outputs }: Metafile): Record<string, number> =>
  Object.fromEntries(
    Object.entries(outputs)
      .filter(([file]) => !file.endsWith('.map'))
      .map(([file, { bytes }]) => [basename(file), bytes]),
  );
