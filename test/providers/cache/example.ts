/** An account as the platform registers it, and what squads ask of it. */
export const example = {
  zone: { credentialsSecretRef: { namespace: 'squadkit-system', name: 'cache-key' } },
  services: [{}, { gigabytes: 64 }],
};
