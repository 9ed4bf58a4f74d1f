import { defineTold } from '../../../functions/providers/told.ts';

/** What is told of a cache. */
export const told = defineTold({
  words: {
    things: () => [
      {
        key: 'cache',
        name: 'a cache',
        resources: ['cluster'],
        holds: 'data',
        facts: [],
        lost: 'with all that is in it',
        kept: 'what is in it stays',
      },
      {
        key: 'login',
        name: 'a user of it',
        resources: ['user'],
        holds: 'access',
        facts: [],
        lost: 'nobody gets in any more',
        kept: 'the user works on',
      },
    ],
    registered: { credentialsSecretRef: 'none' },
    zone: { credentialsSecretRef: 'decides in which account it lies' },
  },
  statusFields: { gigabytes: { type: 'integer', description: 'How much it holds.' } },
  guardRails: [],
  credentials: ({ credentialsSecretRef }) => ({
    ...(credentialsSecretRef as { namespace: string; name: string }),
    keys: ['key'],
  }),
  simulate: ({ kind }) => (kind === 'User' ? { password: 'simulated' } : undefined),
  shown: ({ kind, spec }) =>
    kind === 'Account' ? { id: 'simulated' } : { tags: ((spec?.forProvider ?? {}) as { tags?: object }).tags },
});
