/**
 * Looks through what reaches a cluster, which is made at once, and anew after a look that failed: the token of a kubeconfig may
 * have ended meanwhile, and the connection be another.
 *
 * @param connect reads how; it throws what a look is to reject with
 */
export const renewing = <Connected, Seen>(
  connect: () => Connected,
  look: (connected: Connected) => Promise<Seen>,
): (() => Promise<Seen>) => {
  let connected: Connected | undefined = connect();

  return async () => {
    try {
      connected ??= connect();

      return await look(connected);
    } catch (error) {
      connected = undefined;
      throw error;
    }
  };
};
