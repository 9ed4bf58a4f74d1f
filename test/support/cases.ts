/** Cases per property; CASES asks for more, as `npm run test:properties` does. */
export const cases = Number(process.env.CASES ?? 300);

/** Where every property starts from: SEED, which test/support/seed.ts chooses and prints when nobody else does. */
export const seed = Number(process.env.SEED ?? 0);
