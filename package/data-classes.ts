import { dataClassNeeds, type Needs } from '../functions/documents/data-classes.ts';

const rows = Object.entries<Needs>(dataClassNeeds).map(
  ([name, { encryptedAtRest, backupDays, pointInTimeRecovery }]) =>
    `| ${name} | ${encryptedAtRest ? 'yes' : ''} | ${backupDays > 0 ? `kept for ${backupDays} days` : ''} | ${pointInTimeRecovery ? 'yes' : ''} |`,
);

/** What each class of data needs, in Markdown. */
export const dataClassReference = (): string => `
## What each class of data needs

| class | encryption at rest, of every component | backups, of every database | recovery to any moment, of every database |
|---|---|---|---|
${rows.join('\n')}

The platform declares these in \`guarantees\` of a Zone's components. Nobody verifies them: they are what the platform
answers for. A Service whose class needs more than one of its components declares is refused with DataClassNotAllowed;
one that exists keeps everything it has. \`status.zones[].components[].declared\` shows what a Service got.

For all classes TLS is enforced: whatever Squadkit hands out makes clients check the certificate and the name of the server
(\`verify-full\`), and Squadkit itself connects in no other way.

A namespace counts as no place to keep data: nothing is declared about backups of volumes in it.
`;
