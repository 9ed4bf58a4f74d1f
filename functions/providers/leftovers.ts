import type { Requirements } from '../round/answer.ts';
import type { Request } from '../round/request.ts';
import { providers } from './index.ts';

const prefix = 'leftover.';

/**
 * What Services that are gone have left: a provider ends logins and rights elsewhere seconds after the Service went. To
 * do so it writes in the squad's namespace (crossplane-runtime v2.2.1, ProviderConfigUsage), and needs the zone's
 * credentials: were either deleted before, the logins and rights would stay for ever.
 */
export const leftoverRequirements = (labels: Record<string, string>, namespace?: string): Requirements =>
  Object.fromEntries(
    providers
      .flatMap(({ managedKinds }) => managedKinds)
      .map(({ apiVersion, kind }) => [
        `${prefix}${apiVersion}.${kind}`,
        { apiVersion, kind, matchLabels: { labels }, ...(namespace !== undefined && { namespace }) },
      ]),
  );

/** How many managed resources Crossplane found for these requirements. */
export const leftoversIn = (required: Request['required']): number =>
  Object.entries(required)
    .filter(([key]) => key.startsWith(prefix))
    .reduce((sum, [, objects]) => sum + objects.length, 0);

/** That many of them in words: `1 thing`, `3 things`. */
export const thingsLeft = (leftovers: number): string => (leftovers === 1 ? '1 thing' : `${leftovers} things`);
