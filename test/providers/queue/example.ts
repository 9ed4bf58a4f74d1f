/** A broker as the platform registers it, and what squads ask of it. */
export const example = {
  zone: {
    credentialsSecretRef: { namespace: 'squadkit-system', name: 'burrow-kubeconfig' },
    broker: 'burrow.example.org',
    guarantees: { encryptedAtRest: true },
  },
  services: [{}, { queues: 100 }],
};
