/**
 * Names are made from what the platform registered and where the document lies, never chosen by anybody: two squads
 * cannot collide and nothing that exists can be taken over by picking its name.
 */

/** 20 characters without a hyphen, so that the first underscore or hyphen of a derived name ends the squad. */
export const squadPattern = '^[a-z][a-z0-9]{1,19}$';
/** 30 characters, so that `squad_service` and a role's suffix fit into PostgreSQL's 63 bytes. */
export const servicePattern = '^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$';
/** Zones and components: 20 characters, so that the names of managed resources stay within 108 bytes. */
export const segmentPattern = '^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$';
/** Hubs: 12 characters, so that a server's marker, with hub, zone and component, fits into PostgreSQL's 63 bytes. */
export const hubPattern = '^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$';

/** `squadPattern` and what is reserved, in words. */
export const squadRule =
  'use 2 to 20 lower-case letters and digits, starting with a letter; default, pg, postgres and names that begin with kube, crossplane, squadkit, template or public are reserved';
/** `servicePattern` in words. */
export const serviceRule =
  'use lower-case letters, digits and hyphens, at most 30, starting with a letter and not ending with a hyphen';
/** `segmentPattern` in words. */
export const segmentRule =
  'use lower-case letters, digits and hyphens, at most 20, starting with a letter and not ending with a hyphen';

/** `hubPattern` in words. */
export const hubRule =
  'use lower-case letters, digits and hyphens, at most 12, starting with a letter and not ending with a hyphen';

/** The platform's namespace on the hub, which package/install makes: credentials, and what is known of servers and names. */
export const systemNamespace = 'squadkit-system';

/** Squad names whose namespace, database or role prefix would belong to somebody else. */
export const reservedSquads = '^(default|pg|postgres|kube.*|crossplane.*|squadkit.*|template.*|public.*)$';

/** `galaxy_billing`: at most 51 bytes, so that every role suffix fits into PostgreSQL's 63. */
// Guard rail: names-never-meet
export const databaseName = (squad: string, service: string): string => `${squad}_${service.replaceAll('-', '_')}`;

/** `galaxy-billing`: the namespace of a Service on a remote cluster. */
export const namespaceName = (squad: string, service: string): string => `${squad}-${service}`;

/** `frontier.spike`: the ClusterProviderConfig of a zone's component. */
export const providerConfigName = (zone: string, component: string): string => `${zone}.${component}`;

/** The five labels on everything that Squadkit makes for a Service. */
export const labels = (of: {
  squad: string;
  service: string;
  zone: string;
  component: string;
  environment: string;
}): Record<string, string> => ({
  'squadkit.io/squad': of.squad,
  'squadkit.io/service': of.service,
  'squadkit.io/zone': of.zone,
  'squadkit.io/component': of.component,
  'squadkit.io/environment': of.environment,
});
