import { type Command, InvalidArgumentError, Option } from 'commander';
import { certificatesIn } from './given.ts';
import { type Place, placeOf } from './report.ts';
import type { StoreAddress } from './store.ts';
import { type Subject, subjectOf } from './subject.ts';

/** What the options of this file give. */
export interface CommonOptions {
  of: Subject;
  store: string;
  storeAuthorityFile?: string;
  region: string;
  bucket: string;
  report?: Place;
  hub?: string;
  hubTokenFile: string;
  hubAuthorityFile: string;
}

/** What makes a value of a word of the command line; where that gives undefined, the rule is what is said. */
export const parsed =
  <Value>(parse: (text: string) => Value | undefined, rule: string) =>
  (text: string): Value => {
    const value = parse(text);
    if (value === undefined) throw new InvalidArgumentError(rule);

    return value;
  };

/** A word that a pattern takes, as it is. */
export const matching = (pattern: RegExp, rule: string): ((text: string) => string) =>
  parsed((text) => (pattern.test(text) ? text : undefined), rule);

/** A whole number of at least 1. */
export const numberTo = (most: number, rule: string): ((text: string) => number) =>
  parsed((text) => (/^[1-9][0-9]{0,8}$/.test(text) && Number(text) <= most ? Number(text) : undefined), rule);

/** An option that nobody may leave out. */
export const required = <Value>(flags: string, description: string, parse: (text: string) => Value): Option =>
  new Option(flags, description).argParser(parse).makeOptionMandatory();

/** Whose database it is about. */
export const subjectOption = (): Option =>
  required(
    '--of <name>',
    'whose database: hub/zone.component/squad/service',
    parsed(subjectOf, 'Expected a name as main/frontier.spike/galaxy/billing.'),
  );

/** Which store, but for whoever uses it. */
export const storeOptions = (): Option[] => [
  required(
    '--store <address>',
    'address of the store',
    matching(/^https:\/\/[^/\s?#@]+$/, 'Expected an address as https://s3.example.org.'),
  ),
  new Option('--store-authority-file <file>', 'file with the authority of the store; by default those that Node knows'),
  required(
    '--region <region>',
    'region of the store',
    matching(/^[a-z0-9-]{1,40}$/, 'Expected a region as eu-west-1.'),
  ),
  required(
    '--bucket <bucket>',
    'bucket, made with object lock',
    matching(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'Expected the name of a bucket.'),
  ),
];

const account = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Where on the hub it is said what came of it, and how the hub is reached: in a pod that is known. */
export const hubOptions = (): Option[] => {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = process.env;

  return [
    new Option(
      '--report <configmap>',
      'namespace/name of the ConfigMap on the hub in which it says what came of it',
    ).argParser(parsed(placeOf, 'Expected namespace and name as squadkit-backups/galaxy-billing.')),
    new Option('--hub <address>', "the hub's API server; in a pod it is known")
      .argParser(matching(/^https:\/\/[^/\s?#@]+$/, 'Expected an address as https://10.96.0.1:443.'))
      .default(host === undefined ? undefined : `https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    new Option('--hub-token-file <file>', 'file with the token of the pod').default(`${account}/token`),
    new Option('--hub-authority-file <file>', "file with the authority of the hub's API server").default(
      `${account}/ca.crt`,
    ),
  ];
};

/** Where the store is, by its options. @throws Unusable if the authority cannot be read */
export const storeIn = ({ store: endpoint, storeAuthorityFile, region, bucket }: CommonOptions): StoreAddress => ({
  ...{ endpoint, region, bucket },
  ...(storeAuthorityFile !== undefined && { caBundle: certificatesIn(storeAuthorityFile) }),
});

/** Ends the command as wrongly called where it is to say something on a hub that nobody knows. */
export const demandHub = (command: Command, { report, hub }: CommonOptions): void => {
  if (report !== undefined && hub === undefined)
    command.error('error: --report needs --hub: outside of a pod nobody knows where the hub is');
};

/**
 * Tells when a node ends the program.
 *
 * @param mostAfterStop for so many milliseconds what was begun is taken back, less than a node waits before it kills
 */
export const stoppedBySignal = (mostAfterStop: number): AbortSignal => {
  const stopped = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      stopped.abort();
      setTimeout(() => process.exit(1), mostAfterStop).unref();
    });

  return stopped.signal;
};
