import { existsSync, readFileSync } from 'node:fs';
import type { ControlPlane } from '../../control-plane/control-plane.ts';

/** A request that changed something, as the hub's audit log has it (audit.k8s.io/v1, Event). */
export interface Write {
  verb: string;
  /** Who sent it. */
  user: string;
  /** As whom it was done: the one who sent it, unless that acts for another. */
  as: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  /** The answer, as an HTTP status. */
  code: number;
}

interface AuditEvent {
  verb: string;
  requestURI: string;
  requestReceivedTimestamp: string;
  user: { username: string };
  impersonatedUser?: { username: string };
  objectRef?: { apiGroup?: string; resource?: string; subresource?: string; namespace?: string; name?: string };
  responseStatus?: { code?: number };
}

const writing = ['create', 'update', 'patch', 'delete', 'deletecollection'];

/**
 * Everything of Squadkit's own kinds that the hub was asked to change since a moment, tries (dry runs) left out.
 *
 * @throws Error where the hub was started without an audit log (SQUADKIT_AUDIT)
 */
export const writesSince = (controlPlane: ControlPlane, since: Date): Write[] => {
  const log = controlPlane.log('hub-audit');
  if (!existsSync(log)) throw new Error('the hub has no audit log: start it with SQUADKIT_AUDIT=1');

  return (
    readFileSync(log, 'utf8')
      .split('\n')
      // The last line may be half written.
      .slice(0, -1)
      .filter((line) => line.includes('squadkit.io'))
      .map((line) => JSON.parse(line) as AuditEvent)
      .filter(
        ({ verb, requestURI, requestReceivedTimestamp, objectRef }) =>
          writing.includes(verb) &&
          objectRef?.apiGroup === 'squadkit.io' &&
          !requestURI.includes('dryRun=') &&
          new Date(requestReceivedTimestamp) >= since,
      )
      .map(({ verb, user, impersonatedUser, objectRef, responseStatus }) => ({
        verb,
        user: user.username,
        as: impersonatedUser?.username ?? user.username,
        resource: objectRef?.resource ?? '',
        subresource: objectRef?.subresource ?? '',
        namespace: objectRef?.namespace ?? '',
        name: objectRef?.name ?? '',
        code: responseStatus?.code ?? 0,
      }))
  );
};

/** Who wrote what of an object, each once: `crossplane status`, or `crossplane itself`. */
export const writersOf = (writes: Write[]): string[] => [
  ...new Set(writes.map(({ as, subresource }) => `${as.split(':').at(-1)} ${subresource || 'itself'}`)),
];
