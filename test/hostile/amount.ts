/** Whether the long parts are asked for: `npm run test:hostile -- --long`. */
export const isLong = process.env.SQUADKIT_LONG === '1';

/** What every random test starts from, so that a run can be repeated: SEED, or another one each time. */
export const seed = Number(process.env.SEED ?? Math.trunc(Math.random() * 2 ** 31));
