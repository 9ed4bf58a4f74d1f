import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';

/**
 * Chooses free ports on 127.0.0.1, one per name. SQUADKIT_<NAME>_PORT overrides the choice. They lie below the range
 * that systems hand out to outgoing connections: nothing takes them by accident before, or while, a process restarts.
 */
export const choosePorts = async <Name extends string>(names: Name[]): Promise<Record<Name, number>> => {
  const ports = {} as Record<Name, number>;
  const chosen = new Set<number>();
  for (const name of names) {
    const variable = `SQUADKIT_${name.toUpperCase().replaceAll('-', '_')}_PORT`;
    ports[name] = process.env[variable] ? await configuredPort(variable) : await freePort(chosen);
    chosen.add(ports[name]);
  }

  return ports;
};

/** Throws, with the port and if possible its owner, when somebody listens on a port that cannot be chosen. */
export const requirePort = async (port: number, purpose: string) => {
  // provider-kubernetes listens on every address: somebody on any one of them would be in its way.
  const free = (await isFree(port, '127.0.0.1')) && (await isFree(port, '0.0.0.0'));
  if (free) return;

  const owner = portOwner(port);
  throw new Error(
    `port ${port} is needed for ${purpose}, which cannot use another, but is taken${owner ? ` by ${owner}` : ''}`,
  );
};

const configuredPort = async (variable: string) => {
  const port = Number(process.env[variable]);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`${variable} is "${process.env[variable]}": expected a port between 1 and 65535`);
  }
  await requirePort(port, variable);

  return port;
};

const freePort = async (chosen: Set<number>) => {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if (!chosen.has(port) && (await isFree(port, '127.0.0.1'))) return port;
  }

  throw new Error('cannot find a free port between 20000 and 30000 on 127.0.0.1');
};

const isFree = (port: number, host: string) =>
  new Promise<boolean>((resolve) => {
    const server = createServer()
      .once('error', () => resolve(false))
      .listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** The process that listens on the port, such as `provider (pid 4711)`; only Linux tells, and not about everybody. */
const portOwner = (port: number): string | undefined => {
  try {
    const hexadecimal = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
    const sockets = ['/proc/net/tcp', '/proc/net/tcp6']
      .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(hexadecimal) && fields[3] === '0A')
      .map((fields) => `socket:[${fields[9]}]`);
    const pid = readdirSync('/proc').find((name) => /^\d+$/.test(name) && hasOneOf(name, sockets));

    return pid && `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (pid ${pid})`;
  } catch {
    return undefined;
  }
};

const hasOneOf = (pid: string, sockets: string[]) => {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((descriptor) =>
      sockets.includes(readlinkSync(`/proc/${pid}/fd/${descriptor}`)),
    );
  } catch {
    return false;
  }
};
