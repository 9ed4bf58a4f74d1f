import type { Part } from '../../simulation/outcome.ts';
import type { Where } from './things.ts';

/** Whether two parts are the same component of the same zone. */
export const isSamePlace = ({ component: a }: Part, { component: b }: Part): boolean =>
  a.zone.name === b.zone.name && a.component === b.component && a.provider === b.provider;

/** Where a part is. */
export const whereOf = ({ component: { zone, component } }: Part): Where => ({
  zone: zone.name,
  environment: zone.environment,
  region: zone.region,
  component,
});

/** The same in words. */
export const placeOf = ({ component: { zone, component } }: Part): string =>
  `\`${component}\` in zone \`${zone.name}\``;
