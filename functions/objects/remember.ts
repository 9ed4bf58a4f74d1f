/**
 * A function of one object that is called again and again with the same one: a plan reads a Zone once for all of its
 * Services, and a Service once for all of its rounds. The object must not be changed in between; what is thrown is not
 * remembered.
 */
export const remember = <Given extends object, Result>(read: (given: Given) => Result): ((given: Given) => Result) => {
  const known = new WeakMap<Given, Result>();

  return (given) => {
    const before = known.get(given);
    if (before !== undefined) return before;
    const result = read(given);
    known.set(given, result);

    return result;
  };
};
