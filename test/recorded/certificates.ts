import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const zone = parse(readFileSync(join(import.meta.dirname, '../../examples/platform/zones/frontier.yaml'), 'utf8')) as {
  spec: { components: Record<string, { caBundle: string }>[] };
};

/** What stands between BEGIN and END of the example's certificates. */
const bodyOf = (provider: string): string[] => {
  const bundle = zone.spec.components.flatMap(({ [provider]: block }) => (block ? [block.caBundle] : []))[0] as string;

  return bundle.trim().split('\n').slice(1, -1);
};

/**
 * The text of a recording in JSON with the example's certificates where v0.1.0 had a sentence for them: a Zone is no longer
 * registered with a sentence.
 */
export const withCertificates = (json: string): string =>
  json.replaceAll(
    /( *)The certificate of the authority that signed the (API )?server's; npm start puts the real one here\./g,
    (_, indentation: string, api: string | undefined) =>
      bodyOf(api === undefined ? 'postgres' : 'kubernetes')
        .map((line) => indentation + line)
        .join('\\n'),
  );
