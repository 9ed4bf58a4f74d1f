/** A cluster as the platform registers it, and what squads ask of one: the least, and as much as there is. */
export const example = {
  zone: {
    credentialsSecretRef: { namespace: 'squadkit-system', name: 'aqua-kubeconfig' },
    server: 'https://aqua.example.org:6443',
    groupPrefix: 'oidc:',
    guarantees: { encryptedAtRest: true },
    ingressNamespaces: ['ingress'],
  },
  services: [{}, { size: 'large', allowFrom: ['other'] }],
};
