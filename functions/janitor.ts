import { Command, InvalidArgumentError, Option } from 'commander';
import { hubBy } from './janitor/hub.ts';
import { run } from './janitor/run.ts';
import { createLog } from './server/log.ts';
import { version } from './words/version.ts';

/** Where a pod finds who it is (kubelet, projected volume of a ServiceAccount). */
const account = '/var/run/secrets/kubernetes.io/serviceaccount';

const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = process.env;

const parseServer = (server: string): string => {
  if (!/^https:\/\/[^/\s]+$/.test(server))
    throw new InvalidArgumentError('Expected an address as https://10.96.0.1:443.');

  return server;
};

const parseSeconds = (seconds: string): number => {
  if (!/^[1-9][0-9]?$/.test(seconds)) throw new InvalidArgumentError('Expected whole seconds from 1 to 99.');

  return Number(seconds);
};

const command = new Command('squadkit-janitor')
  .description(
    'Ends open sessions of logins that have ended, on every PostgreSQL server for which a Zone names a janitor, and says in ConfigMap squadkit-janitor/squadkit-sessions what it did.',
  )
  .version(version)
  .addOption(
    new Option('--hub <address>', "the hub's API server; in a pod it is known")
      .argParser(parseServer)
      .makeOptionMandatory()
      .default(host === undefined ? undefined : `https://${host.includes(':') ? `[${host}]` : host}:${port}`),
  )
  .option(
    '--token-file <file>',
    'file with the token of its ServiceAccount, read for every request',
    `${account}/token`,
  )
  .option('--authority-file <file>', "file with the authority of the hub's API server", `${account}/ca.crt`)
  .addOption(
    new Option('--interval <seconds>', 'seconds between two looks at a server').default(10).argParser(parseSeconds),
  )
  .addHelpText(
    'after',
    `
It never ends sessions of superusers, of the administrator, of strangers, of replication, or of a login that is in force.
Each deed is a line of JSON on stderr: server, role, pid, database and why.

Exit status: 0 after SIGTERM or SIGINT, 1 otherwise.`,
  )
  .allowExcessArguments(false)
  .parse();

const options = command.opts<{ hub: string; tokenFile: string; authorityFile: string; interval: number }>();

/** The hub; a file that is not there is said in a sentence. */
const hubOrExit = () => {
  try {
    return hubBy({ server: options.hub, tokenFile: options.tokenFile, authorityFile: options.authorityFile });
  } catch {
    return command.error(`error: cannot read ${options.authorityFile}: name the authority by --authority-file`);
  }
};

run({ hub: hubOrExit(), log: createLog(), interval: options.interval });
