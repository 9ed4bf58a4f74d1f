/** A time of Kubernetes in milliseconds since 1970; 0 for what is none. */
export const timeOf = (text: string | undefined): number => {
  const time = Date.parse(text ?? '');

  return Number.isNaN(time) ? 0 : time;
};
