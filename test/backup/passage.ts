import { connect, createServer, type Socket } from 'node:net';

/** A way to a port that stops in the middle. */
export interface Passage {
  port: number;
  /** Goes on. */
  open: () => void;
  /** Cuts all connections, and lets nobody through any more. */
  close: () => void;
}

/**
 * Lets through so many bytes to a port of this machine, then nothing until it is opened, and calls `then` once: whoever sends
 * is held in the middle of what he sends. It listens at an address of this machine.
 */
export const passageTo = async (
  port: number,
  bytes: number,
  then: (passage: Passage) => unknown,
  address = '127.0.0.1',
): Promise<Passage> => {
  const sockets = new Set<Socket>();
  const held = new Set<Socket>();
  let [passed, isOpen, isCalled] = [0, false, false];
  const server = createServer((from) => {
    const to = connect(port, '127.0.0.1');
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => (socket === from ? to : from).destroy());
    }
    to.pipe(from);
    from.on('data', (chunk) => {
      to.write(chunk);
      passed += chunk.length;
      if (isOpen || passed < bytes) return;
      from.pause();
      held.add(from);
      if (!isCalled) {
        isCalled = true;
        void then(passage);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const passage: Passage = {
    port: (server.address() as { port: number }).port,
    open: () => {
      isOpen = true;
      for (const socket of held) socket.resume();
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };

  return passage;
};
