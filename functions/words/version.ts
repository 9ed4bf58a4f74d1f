declare const SQUADKIT_VERSION: string | undefined;

/** The release this was built as; `development` when run from source. */
export const version: string = typeof SQUADKIT_VERSION === 'string' ? SQUADKIT_VERSION : 'development';
