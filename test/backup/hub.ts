import { writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAuthority } from '../control-plane/certificates.ts';
import type { DrillScene } from './drill-scene.ts';

/** A hub that takes what is said to it. */
export interface RunningHub {
  /** What a program is started with to say something there. */
  words: string[];
  asked: { what: string; data: Record<string, unknown> }[];
  close: () => void;
}

/** Starts a hub; its files lie where everybody may read them. */
export const openHub = async ({ postgres }: DrillScene): Promise<RunningHub> => {
  const authority = await createAuthority('of a hub');
  const { certificate, key } = await authority.issue('localhost');
  const asked: RunningHub['asked'] = [];
  const server = createServer({ cert: certificate, key }, async (request, response) => {
    const { data } = JSON.parse((await request.toArray()).join('')) as { data: Record<string, string | null> };
    const opened = Object.entries(data).map(([name, text]) => [name, text === null ? null : JSON.parse(text)]);
    asked.push({ what: `${request.method} ${request.url}`, data: Object.fromEntries(opened) });
    response.writeHead(200).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const [token, ca] = ['hub-token', 'hub-ca'].map((name) => join(postgres, name)) as [string, string];
  writeFileSync(token, 'token\n');
  writeFileSync(ca, authority.certificate);

  return {
    asked,
    words: [
      ...['--report', 'squadkit-drills/galaxy-billing', '--hub-token-file', token, '--hub-authority-file', ca],
      ...['--hub', `https://localhost:${(server.address() as AddressInfo).port}`],
    ],
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
