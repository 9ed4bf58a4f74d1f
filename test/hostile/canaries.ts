import type { RunFunctionResponse } from '@crossplane-org/function-sdk-typescript';

/** Begins everything that must stay secret; letters and digits only, so that no escaping can disguise it. */
const mark = 'c4n4ry0f0x';

/** A secret that tells where it was planted: `password of frontier.spike.app`. */
export const canaryOf = (place: string): string => `${mark}${Buffer.from(place).toString('hex')}e`;

/** The mark as it reads in base64, by where it begins in a group of three bytes. */
const spellings = [
  mark,
  ...['', 'x', 'xx'].map((before) =>
    Buffer.from(before + mark)
      .toString('base64')
      .slice(4, -4),
  ),
];

/** Whether any canary, or its base64, is in a text. */
export const hasCanary = (text: string): boolean => spellings.some((spelling) => text.includes(spelling));

const planted = new RegExp(`${mark}((?:[0-9a-f]{2})+)e`, 'g');

/** Where the canaries in a text were planted. */
const placesIn = (text: string): string[] =>
  [...text.matchAll(planted)].map(([, place]) => Buffer.from(place as string, 'hex').toString());

/** Whether a secret of that place belongs into the Secret of that name: a login's into the binding, a token into the kubeconfig. */
const belongs = (place: string, secret: string): boolean => {
  const component = secret.slice(0, secret.lastIndexOf('.') + 1);
  if (place === `data of ${secret}`) return true;
  if (secret.endsWith('.binding')) {
    return ['app', 'migrator', 'readonly'].some((login) => place === `password of ${component}${login}`);
  }

  return secret.endsWith('.kubeconfig') && place === `token of ${component}deployer-token`;
};

/** Where secrets are that do not belong there: names of fields and resources, with the place they come from. */
export const leaksOf = (response: RunFunctionResponse): string[] => {
  const leaks: string[] = [];
  // The context is the pipeline's, not ours: it goes back as it came.
  const { desired, context: _, ...rest } = response;
  const look = (where: string, value: unknown) => {
    if (hasCanary(JSON.stringify(value) ?? '')) leaks.push(where);
  };
  look('outside of the desired state', rest);
  look('the composite', desired?.composite);
  for (const [name, resource] of Object.entries(desired?.resources ?? {})) {
    const { data, ...object } = (resource.resource ?? {}) as Record<string, unknown>;
    if (object.kind !== 'Secret' || object.apiVersion !== 'v1') {
      look(name, resource);
      continue;
    }
    look(name, object);
    for (const value of Object.values(data ?? {})) {
      if (typeof value !== 'string') {
        look(name, value);
        continue;
      }
      const places = placesIn(Buffer.from(value, 'base64').toString());
      leaks.push(...places.filter((place) => !belongs(place, name)).map((place) => `${place} in ${name}`));
    }
  }

  return leaks;
};
