/** Cases per property of which one takes some hundredths of a second; CASES asks for more, as `npm run test:properties` does. */
export const cases = Number(process.env.CASES ?? 30);

/** Cases per property of which one takes less than a thousandth. */
export const manyCases = 10 * cases;

/** Whether the long parts of the hostile tests are asked for: `npm run test:hostile -- --long`. */
export const isLong = process.env.SQUADKIT_LONG === '1';

/** Where every property starts from: SEED, which `setup` sets and prints when nobody else does. */
export const seed = Number(process.env.SEED ?? 1);

/**
 * Before any test: the same seed each time, so that what fails is the fault of what was changed. `npm run test:properties`
 * and `npm run test:hostile` take another one each time, which is printed, so that it can be repeated. Vitest's workers
 * inherit it.
 */
export const setup = (): void => {
  process.env.SEED ??= String(seed);
  console.log(`properties start from seed ${process.env.SEED}: SEED=${process.env.SEED} repeats them`);
};
