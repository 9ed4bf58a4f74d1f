import { createHash } from 'node:crypto';

/** Whose something is that lies on a server or a cluster. */
export interface Owner {
  /** The hub's name, which its installation chose. */
  hub: string;
  squad: string;
  service: string;
  /** What the zone is for: production, preproduction or engineering. */
  environment: string;
}

/**
 * The text that says whose something is: `squadkit_` and 24 hexadecimal digits. What was made in production never has
 * the mark of another environment, and what another hub made never has ours; a hub that is built again from Git under
 * its old name gives the same.
 *
 * It is the name of a schema, the value of a role's parameter and the value of a label: 33 characters, none of which
 * means anything to PostgreSQL, provider-sql or Kubernetes. Names have no NUL, so no two owners are one text.
 */
export const markOf = ({ hub, squad, service, environment }: Owner): string =>
  `squadkit_${hashOf([hub, squad, service, environment])}`;

/** Whether a text is a mark of some hub's some Service. */
export const isMark = (text: string): boolean => /^squadkit_[0-9a-f]{24}$/.test(text);

/** 24 hexadecimal digits for a list of texts. */
export const hashOf = (texts: string[]): string =>
  createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 24);
