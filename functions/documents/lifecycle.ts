/** What a zone is for. In production people only look, and data is never deleted. */
export const environments = ['production', 'preproduction', 'engineering'] as const;

/** An environment, by its name in a document. */
export type Environment = (typeof environments)[number];

/** Open: takes what is new. Closed: takes nothing new, and what is there goes on. */
export const lifecycles = ['Open', 'Closed'] as const;

/** A lifecycle, by its name in a document. */
export type Lifecycle = (typeof lifecycles)[number];
