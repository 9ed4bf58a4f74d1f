import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BundledPackage } from '../licences.ts';
import { billOfMaterials, type Inside } from '../sbom.ts';
import { postgresPackage } from '../tools/postgres-client.ts';
import type { BuiltTool } from '../tools/tools.ts';
import { releasedVersion } from '../version.ts';
import { addBundle, addLibraries } from './layers.ts';
import { type Architecture, architectures, pinned, pinnedNode, readLock } from './lock.ts';
import { addNode } from './node.ts';
import { addPostgres } from './postgres.ts';
import { addPostgresServer } from './postgres-server.ts';
import { run } from './run.ts';
import { type ImageName, type Specification, specifications } from './specification.ts';

/** An image as a file. */
export interface Image {
  name: ImageName;
  architecture: Architecture;
  /** A tarball, as `docker load` reads it. */
  file: string;
  /** Its bill of materials, a file beside it. */
  billOfMaterials: string;
  /** `sha256:` and hexadecimal digits. */
  digest: string;
}

/**
 * Builds an image without Docker for every architecture: Debian's libraries, Node, a bundle, and a bill of materials, each a
 * layer; with the libraries lie programs of PostgreSQL. The same sources make the same bytes, whoever builds them, where, and when. `version` is a tag as `v0.1.0`. Throws
 * when something that it fetches is not what is pinned.
 */
export const buildImages = async (
  xpkg: BuiltTool,
  name: ImageName,
  { output, version = releasedVersion() }: { output: string; version?: string },
): Promise<Image[]> => {
  mkdirSync(output, { recursive: true });

  return Promise.all(architectures.map((architecture) => buildImage(xpkg, { name, architecture, output, version })));
};

const buildImage = async (
  xpkg: BuiltTool,
  image: { name: ImageName; architecture: Architecture; output: string; version: string },
): Promise<Image> => {
  const { name, architecture, output, version } = image;
  const specification: Specification = specifications[name];
  const work = mkdtempSync(join(tmpdir(), 'squadkit-image-'));
  const layer = (of: string) => {
    mkdirSync(join(work, of));

    return join(work, of);
  };
  const [libraries, node, bundle, bill] = [layer('libraries'), layer('node'), layer('bundle'), layer('bill')];
  try {
    await addLibraries(specification, architecture, libraries);
    if (specification.postgres.length > 0) await addPostgres(specification.postgres, architecture, libraries);
    if (specification.hasPostgresServer) await addPostgresServer(architecture, libraries);
    await addNode(architecture, node);
    const packages = await addBundle(specification, version.slice(1), bundle);
    const inside = insideOf(specification, architecture, packages);
    const text = billOfMaterials({ name, version: version.slice(1), isImage: true, inside });
    mkdirSync(join(bill, 'usr/share/sbom'), { recursive: true });
    writeFileSync(join(bill, 'usr/share/sbom', `${name}.cdx.json`), text);
    const base = join(output, `${name}-${architecture}`);
    writeFileSync(`${base}.cdx.json`, text);
    const file = `${base}.tar`;
    const digest = await assemble(xpkg, { ...image, specification, layers: [libraries, node, bundle, bill], file });

    return { name, architecture, file, billOfMaterials: `${base}.cdx.json`, digest };
  } finally {
    rmSync(work, { recursive: true });
  }
};

const assemble = async (
  xpkg: BuiltTool,
  of: { specification: Specification; architecture: Architecture; version: string; layers: string[]; file: string },
): Promise<string> => {
  const { title, entrypoint, ports } = of.specification;
  const labels = {
    'org.opencontainers.image.title': title,
    'org.opencontainers.image.source': 'https://github.com/squadkit/squadkit',
    'org.opencontainers.image.licenses': 'Apache-2.0',
    'org.opencontainers.image.version': of.version.slice(1),
  };
  const output = await run(xpkg.binary('xpkg'), [
    ...['image', of.file, `--platform=linux/${of.architecture}`, '--env=PATH=/usr/bin:/bin'],
    ...of.layers.map((directory) => `--layer=${directory}`),
    ...entrypoint.map((word) => `--entrypoint=${word}`),
    ...ports.map((port) => `--port=${port}`),
    ...Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`),
  ]);

  return output.trim();
};

const insideOf = (
  { debian, postgres }: Specification,
  architecture: Architecture,
  packages: BundledPackage[],
): Inside[] => {
  const node = pinnedNode(architecture);
  const release = readLock().debian;

  return [
    ...Object.keys(debian).map((name): Inside => {
      const { version, sha256 } = pinned(name, architecture);

      return { ecosystem: 'deb/debian', name, version, sha256, qualifiers: { arch: architecture, distro: release } };
    }),
    { ecosystem: 'generic', name: 'node', version: node.version, licence: 'MIT' },
    { ecosystem: 'npm', name: node.name, version: node.version, licence: 'MIT' },
    ...(postgres.length > 0 ? [{ ecosystem: 'pypi' as const, ...postgresPackage() }] : []),
    ...packages,
  ];
};
