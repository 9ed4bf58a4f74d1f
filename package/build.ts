import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '..');

interface Bundle {
  outputDirectory: string;
  /** A file to bundle in place of functions/compose.ts: how tests make the packaged server another one. */
  compose?: string;
  /** What it calls itself; by default the version of package.json. */
  version?: string;
  /** Names and sources of the bundles, for tests; by default what is released. */
  entries?: Record<string, string>;
}

/**
 * Bundles the function, and the command line tool, each into one file that needs nothing but Node, and puts the licence
 * texts of everything inside beside them. Returns the size of each file in bytes. Throws when esbuild does.
 */
export const bundle = async ({
  outputDirectory,
  compose,
  version = releasedVersion(),
  entries = releasedEntries(),
}: Bundle) => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: outputDirectory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Names stay: logs show the class of an error, and where it was thrown, instead of its message.
    minifyWhitespace: true,
    minifySyntax: true,
    sourcemap: 'external',
    legalComments: 'none',
    // grpc-js is CommonJS and requires Node's own modules.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    define: { SQUADKIT_VERSION: JSON.stringify(version) },
    plugins: [withoutSideEffects, withoutGrpcClient, ...(compose ? [composeFrom(compose)] : [])],
    metafile: true,
    logLevel: 'warning',
  });
  writeFileSync(join(outputDirectory, 'LICENSES.txt'), licences(metafile));

  return { metafile, bytes: sizes(metafile) };
};

const releasedVersion = (): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;

const releasedEntries = (): Record<string, string> => ({
  function: 'functions/main.ts',
  ...(existsSync(join(root, 'functions/plan.ts')) && { squadkit: 'functions/plan.ts' }),
});

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

/**
 * What a server needs of grpc-js. Its other half is a client with name resolution, load balancing and retries, which the
 * SDK mentions for a client that nobody makes here.
 */
const grpcServer = `
const { LogVerbosity: logVerbosity, Status: status } = require('@grpc/grpc-js/build/src/constants.js');
const { setLoggerVerbosity: setLogVerbosity } = require('@grpc/grpc-js/build/src/logging.js');
const { Server } = require('@grpc/grpc-js/build/src/server.js');
const { ServerCredentials } = require('@grpc/grpc-js/build/src/server-credentials.js');
require('@grpc/grpc-js/build/src/resolver-dns.js').setup();
require('@grpc/grpc-js/build/src/resolver-ip.js').setup();
const makeGenericClientConstructor = () => undefined;
module.exports = { logVerbosity, makeGenericClientConstructor, Server, ServerCredentials, setLogVerbosity, status };
`;

const withoutGrpcClient: Plugin = {
  name: 'without-grpc-client',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@grpc\/grpc-js$/ }, ({ path }) => ({ path, namespace: 'grpc-server' }));
    onLoad({ filter: /.*/, namespace: 'grpc-server' }, () => ({ contents: grpcServer, resolveDir: root }));
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

/** Licence texts, once per package that has code in a bundle. */
const licences = ({ inputs }: Metafile): string => {
  const packages = new Set(
    Object.keys(inputs).flatMap((file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []),
  );

  return [...packages].sort().map(licence).join('\n');
};

const licence = (directory: string): string => {
  const path = join(root, directory);
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const texts = readdirSync(path).filter((file) => /^(licen[cs]e|notice)/i.test(file));

  return [
    `=== ${name} ${version} (${license}) ===`,
    ...texts.map((file) => readFileSync(join(path, file), 'utf8')),
  ].join('\n');
};

const sizes = ({ outputs }: Metafile): Record<string, number> =>
  Object.fromEntries(
    Object.entries(outputs)
      .filter(([file]) => file.endsWith('.mjs'))
      .map(([file, { bytes }]) => [file, bytes]),
  );

if (resolve(argv[1] ?? '') === fileURLToPath(import.meta.url)) {
  const outputDirectory = join(root, 'dist');
  rmSync(outputDirectory, { recursive: true, force: true });
  const { bytes } = await bundle({ outputDirectory });
  for (const [file, size] of Object.entries(bytes))
    console.log(`${relative('.', file)}  ${Math.ceil(size / 1024)} KiB`);
}
