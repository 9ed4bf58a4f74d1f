/** Before any test: another seed each time, printed, so that a run can be repeated. Vitest's workers inherit it. */
export default (): void => {
  process.env.SEED ??= String(Math.trunc(Math.random() * 2 ** 31));
  console.log(`properties start from seed ${process.env.SEED}: SEED=${process.env.SEED} repeats them`);
};
