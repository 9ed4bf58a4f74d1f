/** A server as the platform registers it, and what squads ask of one: the least, and as much as there is. */
export const example = {
  zone: {
    credentialsSecretRef: { namespace: 'squadkit-system', name: 'spike-admin' },
    adminRole: 'squadkit_admin',
    version: 18,
    // Of an authority that nobody has the key of.
    caBundle: `-----BEGIN CERTIFICATE-----
MIIBlTCCATqgAwIBAgIQbtOBGmELzEZubEHkqcG7xzAKBggqhkjOPQQDAjAqMSgw
JgYDVQQDEx9FeGFtcGxlIGF1dGhvcml0eSBvZiBQb3N0Z3JlU1FMMB4XDTI2MTEy
ODA0MjMzMFoXDTM2MTEyNTA1MjMzMFowKjEoMCYGA1UEAxMfRXhhbXBsZSBhdXRo
b3JpdHkgb2YgUG9zdGdyZVNRTDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIyx
+7Cuk6RUhOl2/C35bf4lYDS4f0Bljhq8o9J7zx8aKW9yg2ZJxlYWzgUffbedv9vu
cPrtNTVqZTPBefcjLbKjQjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQD
AgEGMB0GA1UdDgQWBBRjJCwcZxoFgAkMMYcQZH4jO2nEKTAKBggqhkjOPQQDAgNJ
ADBGAiEA732yLMpYAx3jPFZAuT4CVqc0sLY5MNqHS+rrvNk2yjUCIQDvN7dJ81Z3
8Bn8XluB3+edzZ3I/o3DJ5QN/4nUySVLDg==
-----END CERTIFICATE-----
`,
    readEndpoint: { host: 'localhost', port: 5432 },
    extensions: ['pg_trgm', 'pgcrypto'],
    connections: { default: 20, max: 60, total: 950 },
    guarantees: { encryptedAtRest: true },
  },
  services: [{}, { extensions: ['pg_trgm', 'pgcrypto'], connections: 20, readers: true }],
};
