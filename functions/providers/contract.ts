import type { Provider } from './provider.ts';

/** Fields of a component that every provider has, and of a Squad's limits. */
const taken = { names: ['name', 'provider'], keys: ['services'] };

const twice = (texts: string[]): string | undefined => texts.find((text, index) => texts.indexOf(text) !== index);

/**
 * The same providers, when they can be told apart and named in documents and rules: a name is a field of a component, and
 * `self.object-store` would be a subtraction for the API server.
 *
 * @throws Error naming the first provider that is not so: then nothing of the package starts, and no test passes
 */
export const checked = (providers: readonly Provider[]): readonly Provider[] => {
  const names = providers.map(({ name }) => name);
  const keys = providers.flatMap(({ shared }) => shared?.key ?? []);
  const bad = [...names, ...keys].find((text) => !/^[a-z][a-zA-Z0-9]*$/.test(text));
  if (bad !== undefined)
    throw new Error(`"${bad}" is no name for a field: a lower case letter, then letters and digits`);
  const name = names.find((one) => taken.names.includes(one)) ?? twice(names);
  if (name !== undefined)
    throw new Error(`a provider may not be called "${name}": that is another field of a component`);
  const key = keys.find((one) => taken.keys.includes(one)) ?? twice(keys);
  if (key !== undefined)
    throw new Error(`what a provider shares may not be called "${key}": a squad has a limit of that name`);

  return providers;
};
