/** Whether this is a run of what takes too long for every merge (`npm run test:cluster -- --long`). */
export const isLong = process.env.SQUADKIT_LONG === '1';
