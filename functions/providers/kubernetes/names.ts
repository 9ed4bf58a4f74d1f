import { namespaceName } from '../../names.ts';
import type { Place } from '../provider.ts';

/** The ServiceAccount with which a squad deploys. */
export const deployer = 'deployer';

/** The Secret in which the cluster keeps the deployer's token. */
export const deployerToken = 'deployer-token';

export const namespaceOf = ({ squad, service }: Place): string => namespaceName(squad.name, service);
