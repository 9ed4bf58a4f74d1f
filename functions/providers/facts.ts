import { certificatesIn } from '../documents/certificates.ts';
import { type Fact, quoted } from '../words/thing.ts';

/** How much of a fingerprint is enough to tell two certificates apart, for people. */
const shortest = 23;

const any = 'any authority';

/** Of each bundle once: a tree has few of them, for all of its Services. */
const read = new Map<string, string[]>();

const fingerprintsIn = (bundle: string): string[] => {
  const known = read.get(bundle) ?? certificatesIn(bundle).flatMap((certificate) => certificate?.fingerprint256 ?? []);
  read.set(bundle, known);

  return known;
};

/** Who may do something by a group: another group is less for the people of the one, and more for those of the other. */
export const peopleIn = (label: string, group: string | undefined): Fact => ({
  ...{ label, value: group === undefined ? '' : `group ${quoted(group)}` },
  ...{ wider: 'RightsWidened', narrower: 'AccessRevoked', replaced: ['AccessRevoked', 'RightsWidened'] },
});

/** Where something is reached: at another address is perhaps another server, which gets the credentials of its users. */
export const addressIn = (label: string, address: string | undefined): Fact => ({
  ...{ label, value: address === undefined ? '' : quoted(address) },
  ...{ wider: 'ServerReplaced', narrower: 'ServerReplaced', replaced: 'ServerReplaced' },
});

/**
 * By whose certificates something is known. Without any, every authority is believed that the machine believes: that is more
 * than any that are named.
 */
export const authoritiesIn = (label: string, bundle: string | undefined): Fact => {
  const fingerprints = bundle === undefined ? [] : fingerprintsIn(bundle);

  return {
    label,
    value:
      bundle === undefined
        ? ['every authority that the machine trusts']
        : fingerprints.map((fingerprint) => `the authority ${quoted(fingerprint.slice(0, shortest))}`),
    opens:
      bundle === undefined ? [{ what: any }] : fingerprints.map((fingerprint) => ({ what: fingerprint, partOf: any })),
    ...{ wider: 'RightsWidened', narrower: 'none', replaced: 'ServerReplaced', isSaid: 'when it changes' },
  };
};
