import { type Client, type Way, ways } from './client.ts';
import { commandOf, prepared } from './prepare.ts';
import { type Room, runIn, type Secret } from './room.ts';
import { environmentOf, type Variant, variants, varied } from './variants.ts';

/** One run of one client: what it should have given, and what it gave. */
export interface Result {
  client: string;
  way: string;
  variant: Variant;
  wanted: 'connects' | 'fails';
  isRight: boolean;
  said: string;
}

/** The line that says what went wrong, without what a Secret holds. */
const reasonIn = (text: string, secret: Secret): string => {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !/^\s*(at|\d+ \|) /.test(line));
  const said = lines.find((line) => /error|exception|failed|denied/i.test(line)) ?? lines.at(-1) ?? '';

  return said
    .trim()
    .replaceAll(secret.password as string, '…')
    .slice(0, 200);
};

/** A program of the page: for a mounted Secret, or for environment variables. */
type Page = 'page' | 'page environment';

/** The program for a way: the page's, where it goes that way. */
const commandFor = ({ language, connect, environment }: Client, way: Way | Page): string[] => {
  if (way === 'page') return commandOf(language, connect);
  if (way === 'page environment') return commandOf(language, environment ?? connect);
  const [form = '', place = ''] = way.split(' ');

  return [
    ...commandOf(
      language,
      connect
        .replace(/onnect/, '')
        .replace(/^c/, 'ways')
        .replace(/^C/, 'Ways'),
    ),
    form,
    place,
  ];
};

const roomFor = (way: string, secret: Secret): Room => {
  const uri = way.startsWith('uri ') ? 'uri' : 'uri-without-ca';
  if (way.endsWith('environment')) return { bindings: {}, environment: environmentOf(secret, uri) };

  return { bindings: { spike: secret }, environment: { SERVICE_BINDING_ROOT: '/bindings' } };
};

/** What is tried: the app's Secret, and the one of a server that is registered by its IPv6 address. */
export interface Tried {
  secret: Secret;
  addressed?: Secret;
}

/** What a client's page programs, or all its ways, give for a Secret and its two wrong variants. */
export const resultsOf = async (
  state: string,
  client: Client,
  { secret, addressed }: Tried,
  isWhole: boolean,
): Promise<Result[]> => {
  const folder = await prepared(client.folder, client.language);
  const run = async (way: Way | Page, variant: Variant, told: Secret, cannot: string | undefined): Promise<Result> => {
    const { status, out, error } = await runIn(state, folder, commandFor(client, way), roomFor(way, told));
    const isWanted = (variant === 'right' || variant === 'IPv6 address') && cannot === undefined;
    const hasConnected = status === 0 && out.split('\n').includes(secret.username as string);
    const hasFailed = status !== 0 && !out.includes(secret.username as string);

    return {
      client: client.name,
      way,
      variant,
      wanted: isWanted ? 'connects' : 'fails',
      isRight: isWanted ? hasConnected : hasFailed,
      said: hasConnected ? 'connected' : reasonIn(error === '' ? out : error, secret),
    };
  };

  const pages: Page[] = client.environment === undefined ? ['page'] : ['page', 'page environment'];
  const results: Result[] = [];
  for (const way of isWhole ? pages : pages.slice(0, 1)) {
    for (const variant of variants) results.push(await run(way, variant, await varied(secret, variant), undefined));
    if (addressed !== undefined) results.push(await run(way, 'IPv6 address', addressed, client.withoutIpv6));
  }
  // A binding reader has no program but the page's.
  for (const way of isWhole && client.environment !== undefined ? ways : []) {
    for (const variant of variants) {
      results.push(await run(way, variant, await varied(secret, variant), client.cannot[way]));
    }
  }

  return results;
};

/** The results as a table in Markdown, a row per client and way. */
export const tableOf = (results: Result[]): string => {
  const rows = new Map<string, Result[]>();
  for (const result of results) {
    const key = `${result.client} | ${result.way}`;
    rows.set(key, [...(rows.get(key) ?? []), result]);
  }
  const cell = ({ wanted, isRight, said }: Result): string =>
    isRight ? (wanted === 'connects' ? 'connects' : 'fails, as it must') : `WRONG, ${wanted} wanted: ${said}`;

  const columns: Variant[] = [...variants, 'IPv6 address'];

  return [
    `| client | way | ${columns.join(' | ')} |`,
    `|---|---|${columns.map(() => '---|').join('')}`,
    ...[...rows].map(([key, group]) => {
      const cells = columns.map((variant) => group.find((result) => result.variant === variant));
      return `| ${key} | ${cells.map((result) => (result === undefined ? '' : cell(result))).join(' | ')} |`;
    }),
  ].join('\n');
};
