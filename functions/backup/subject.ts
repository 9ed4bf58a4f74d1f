import { databaseName, hubPattern, segmentPattern, servicePattern, squadPattern } from '../documents/names.ts';
import { generationIn } from '../providers/postgres/names.ts';

/** Whose database a backup is of. */
export interface Subject {
  /** `main/frontier.spike/galaxy/billing`: hub, zone and component, squad, service. */
  name: string;
  /** `galaxy_billing`: it follows from the name, so that no backup lies under the name of another. */
  database: string;
}

const inside = (pattern: string): string => pattern.slice(1, -1);
const segment = inside(segmentPattern);
const names = new RegExp(
  `^${inside(hubPattern)}/${segment}[.]${segment}/(?<squad>${inside(squadPattern)})/(?<service>${inside(servicePattern)})$`,
);

/** What a name says; undefined if it is none. No part of a name has a slash or a dot, so no two subjects share a key. */
export const subjectOf = (name: string): Subject | undefined => {
  const { squad, service } = names.exec(name)?.groups ?? {};

  return squad === undefined || service === undefined ? undefined : { name, database: databaseName(squad, service) };
};

/** Whether a database is one of a Service: the one that it began with, or one that began with a backup. */
export const isDatabaseOf = ({ database }: Subject, name: string): boolean =>
  name === database || generationIn(database, name) !== undefined;

/** `2026-11-28T023704Z`: a moment as it stands in a key, in UTC; texts in order are moments in order. */
export const stampOf = (moment: Date): string => moment.toISOString().replace(/:|[.]\d+/g, '');

/** The keys under which a backup lies: that of what was dumped, and that of its manifest. */
export const keysOf = ({ name }: Subject, moment: Date): { dump: string; manifest: string } => {
  const base = `${name}/${stampOf(moment)}`;

  return { dump: `${base}.dump.age`, manifest: `${base}.json` };
};
