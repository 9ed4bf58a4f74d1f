import { Command, InvalidArgumentError, Option } from 'commander';
import { conditionsAfterFault, functionOf } from './compose.ts';
import { hubPattern, hubRule } from './documents/names.ts';
import { createLog } from './server/log.ts';
import { run } from './server/run.ts';
import { createLooks } from './waiting/looks.ts';
import { createTransitions } from './waiting/transitions.ts';
import { createTurns, usuallyAtOnce } from './waiting/turns.ts';
import { version } from './words/version.ts';

/** `:9443` means every address, as in Go. */
const parseAddress = (address: string): string => {
  if (!/^[^\s/]*:\d{1,5}$/.test(address))
    throw new InvalidArgumentError('Expected host:port, for example 0.0.0.0:9443.');

  return address.startsWith(':') ? `0.0.0.0${address}` : address;
};

const parseHub = (hub: string): string => {
  if (!new RegExp(hubPattern).test(hub)) throw new InvalidArgumentError(`Expected the name of a hub: ${hubRule}.`);

  return hub;
};

const parseCount = (text: string): number => {
  if (!/^[1-9][0-9]{0,3}$/.test(text)) throw new InvalidArgumentError('Expected a number from 1 to 9999.');

  return Number(text);
};

const command = new Command('squadkit-function')
  .description('Serves the Squadkit composition function to Crossplane over gRPC.')
  .version(version)
  .addOption(
    new Option('--address <host:port>', 'where to listen; a host left out means every address')
      .default('0.0.0.0:9443')
      .argParser(parseAddress),
  )
  .addOption(
    new Option(
      '--tls-certs-dir <directory>',
      'directory with tls.crt, tls.key and ca.crt; read again whenever they change, clients need a certificate of ca.crt',
    ).env('TLS_SERVER_CERTS_DIR'),
  )
  .addOption(new Option('--tls-server-certs-dir <directory>', "the same, by the TypeScript SDK's name for it"))
  .addOption(
    new Option(
      '--hub <name>',
      'name of this hub, part of every mark: chosen once, never changed, and the same when the hub is built again',
    )
      .env('SQUADKIT_HUB')
      .argParser(parseHub),
  )
  .addOption(
    new Option('--at-once <number>', 'how many new Services are begun at the same time: two for each core of the hub')
      .default(usuallyAtOnce)
      .argParser(parseCount),
  )
  .option('--insecure', 'serve without TLS, to anybody; for development only', false)
  .option('--debug', 'log a line for every call', false)
  .addHelpText('after', '\nExit status: 0 after SIGTERM or SIGINT with all calls finished, 1 otherwise.')
  .allowExcessArguments(false)
  .parse();

const options = command.opts<{
  address: string;
  hub?: string;
  tlsCertsDir?: string;
  tlsServerCertsDir?: string;
  atOnce: number;
  insecure: boolean;
  debug: boolean;
}>();

void run(
  {
    address: options.address,
    certificates: options.tlsServerCertsDir ?? options.tlsCertsDir,
    insecure: options.insecure,
    log: createLog({ debug: options.debug }),
    conditionsAfterFault,
  },
  functionOf(options.hub, {
    looks: createLooks(),
    turns: createTurns(options.atOnce),
    transitions: createTransitions(),
  }),
);
