const shape = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?/;

type Version = [major: number, minor: number, patch: number, rank: number];

/** A version as numbers. What has a suffix comes before what has none, as semver has it: v2.3.0-rc.1 before v2.3.0. */
const versionOf = (text: string): Version | undefined => {
  const [, major, minor = '0', patch = '0', suffix] = shape.exec(text) ?? [];
  if (major === undefined) return undefined;

  return [Number(major), Number(minor), Number(patch), suffix === undefined ? 1 : suffix === '0' ? -1 : 0];
};

const compare = (left: Version, right: Version): number =>
  left.map((part, index) => part - (right[index] ?? 0)).find((difference) => difference !== 0) ?? 0;

const holds: Record<string, (difference: number) => boolean> = {
  '>=': (difference) => difference >= 0,
  '>': (difference) => difference > 0,
  '<=': (difference) => difference <= 0,
  '<': (difference) => difference < 0,
  '': (difference) => difference === 0,
};

/**
 * Whether a version fits a constraint of crossplane.yaml: comparisons with a space between them, all of which must hold, or
 * a version itself. A version that cannot be read, such as a digest, fits nothing.
 */
export const fits = (version: string, constraint: string): boolean => {
  const found = versionOf(version);

  return (
    found !== undefined &&
    constraint.split(/\s+/).every((part) => {
      const [, operator = '', wanted = ''] = /^(>=|<=|>|<|)(.*)$/.exec(part) ?? [];
      const bound = versionOf(wanted);

      return bound !== undefined && holds[operator]?.(compare(found, bound)) === true;
    })
  );
};
