/** A container as Pod Security `restricted` asks for it, and nothing else. */
export const containerOf = (name: string) => ({
  name,
  image: `${name}:1`,
  securityContext: {
    allowPrivilegeEscalation: false,
    runAsNonRoot: true,
    capabilities: { drop: ['ALL'] },
    seccompProfile: { type: 'RuntimeDefault' },
  },
});
