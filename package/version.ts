import manifest from '../package.json' with { type: 'json' };

/** The version that is released together, as a tag such as `v0.1.0`: function, configuration and command line. */
export const releasedVersion = (): string => `v${manifest.version}`;
