import { isIPv4, isIPv6 } from 'node:net';
import * as z from 'zod/mini';
import { overlap } from './networks.ts';
import { documentation } from './schema.ts';

/** What a host may be, in words. */
export const hostRule =
  'use a DNS name such as spike.example.org, or an address such as 192.0.2.5 or 2001:db8::5: no scheme, port, path, brackets or spaces';
/** What a network may be, in words. */
export const networkRule =
  'use a network in CIDR notation such as 192.0.2.0/24 or 2001:db8::/32, one of IPv4 never in the notation of IPv6';
/** What the address of an API server may be, in words. */
export const serverRule =
  'use an https address such as https://aqua.example.org:6443 or https://rancher.example.org/k8s/clusters/c-m-1, without user, query or fragment';

/** What the hub's API server can say of a host before `isHost` says the rest, as a regular expression of RE2. */
const hostPattern =
  '^([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*|[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?([.][A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*)$';
/** The same of a network. */
const networkPattern =
  '^([0-9]{1,3}([.][0-9]{1,3}){3}/(3[0-2]|[12]?[0-9])|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*/(12[0-8]|1[01][0-9]|[1-9]?[0-9]))$';
/** What it can say of those in `notOfIPv6`; a rule of its own, because the API server counts what each costs. */
const notOfIPv6Pattern = '^0*:.*/([89]|[0-9][0-9]+)$';
/** The same of an API server: `isServer` says the rest. */
const serverPattern = '^https://([A-Za-z0-9.-]+|[[][0-9A-Fa-f:.]+[]])(:[0-9]{1,5})?(/[A-Za-z0-9._~%-]+)*/?$';

const label = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** A last label by which a URL's host is read as an IPv4 address, whatever stands before it (WHATWG URL 3.5, "ends in a number"). */
const endsInNumber = /^([0-9]+|0[xX][0-9A-Fa-f]*)$/;

/**
 * Whether a text is a host as every client understands it alike: a DNS name without a dot at the end, or an IP address
 * without brackets and without a network interface.
 */
export const isHost = (text: string): boolean => {
  if (isIPv4(text)) return true;
  if (text.includes(':')) return isIPv6(text) && !text.includes('%');
  const labels = text.split('.');

  return text.length <= 253 && labels.every((one) => label.test(one)) && !endsInNumber.test(labels.at(-1) as string);
};

/**
 * Where IPv4 stands in the notation of IPv6, and this machine itself (RFC 4291, 2.5): some network plugins take that for IPv4,
 * and what is left out of an IPv4 network is not left out of it.
 */
const notOfIPv6 = '::/16';

/** The shortest mask that may reach in there: whatever is shorter is a great part of IPv6 itself. */
const reachesIn = 8;

/** Whether a text is a network as a NetworkPolicy takes it: an IP address and how many of its bits count. */
export const isNetwork = (text: string): boolean => {
  const [address = '', bits = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^(0|[1-9][0-9]{0,2})$/.test(bits) || address.includes('%')) return false;
  if (isIPv4(address)) return Number(bits) <= 32;
  if (!isIPv6(address) || Number(bits) > 128) return false;

  return Number(bits) < reachesIn || !overlap(text, notOfIPv6);
};

/** A host as it stands in a URL: an IPv6 address in brackets. */
export const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** A host that somebody may have written for a URL, as it is by itself: without the brackets of an IPv6 address. */
export const withoutBrackets = (host: string): string => /^\[(.*)\]$/.exec(host)?.[1] ?? host;

/**
 * Whether a text is an address at which kubectl reaches an API server: https, a host, maybe a port from 1 to 65535, maybe
 * a path, as of a cluster behind Rancher.
 */
export const isServer = (text: string): boolean => {
  const [, authority = '', path = ''] = /^https:\/\/([^/]+)(\/.*)?$/.exec(text) ?? [];
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::([0-9]{1,5}))?$/.exec(authority) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || !isHost(host) || (bracketed !== undefined) !== host.includes(':')) return false;
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) return false;

  return /^(\/([A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})+)*\/?$/.test(path) && !/\/\.{1,2}(\/|$)/.test(path);
};

/** The address of an API server as a kubeconfig has it: a path follows, so it ends without a slash. */
export const serverOf = (text: string): string => text.replace(/\/$/, '');

const matches = (pattern: string): string => `self.matches('${pattern}')`;

/** What a field's own parser refuses is refused in these words; so is what the hub's API server can see. */
const parsed = (description: string, most: number, isRight: (text: string) => boolean, rules: string[], rule: string) =>
  z
    .string()
    .check(z.minLength(1, rule), z.maxLength(most, rule), z.refine(isRight, rule))
    .register(documentation, {
      description,
      'x-kubernetes-validations': rules.map((one) => ({ rule: one, message: rule })),
    });

/** A field that holds a host: a DNS name or an IP address. */
export const host = (description: string) => parsed(description, 253, isHost, [matches(hostPattern)], hostRule);

/** A field that holds a network in CIDR notation. */
export const network = (description: string) =>
  parsed(description, 49, isNetwork, [matches(networkPattern), `!${matches(notOfIPv6Pattern)}`], networkRule);

/** A field that holds the address of an API server. */
export const server = (description: string) => parsed(description, 500, isServer, [matches(serverPattern)], serverRule);
