import { functionOf, round as roundOf } from '../../functions/compose.ts';
import { simulatedHub } from '../../functions/simulation/simulate.ts';

/** The function of the hub that simulations are of: what one has made, the other knows again. */
export const compose = functionOf(simulatedHub);

/** One round of it, with the refusal that it ended in. */
export const round = (request: Parameters<typeof roundOf>[0], now: number) => roundOf(request, now, simulatedHub);
