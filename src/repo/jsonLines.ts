import type { Socket } from 'node:net';

/**
 * Reads newline-delimited JSON from a socket and hands each value on. Ends the connection (and calls
 * `onRefused`) when a line is longer than `maxBytes` or is no JSON.
 */
export function readJsonLines(
  socket: Socket,
  maxBytes: number,
  onValue: (value: unknown) => void,
  onRefused: (why: string) => void,
): void {
  let parts: Buffer[] = [];
  let held = 0;
  socket.on('data', (chunk: Buffer) => {
    let rest = chunk;
    for (;;) {
      const newline = rest.indexOf(10);
      const piece = newline < 0 ? rest : rest.subarray(0, newline);
      held += piece.length;
      if (held > maxBytes) {
        socket.removeAllListeners('data');
        onRefused(`message longer than ${maxBytes} bytes`);
        return;
      }
      parts.push(piece);
      if (newline < 0) return;
      const line = Buffer.concat(parts).toString('utf8');
      parts = [];
      held = 0;
      rest = rest.subarray(newline + 1);
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch {
        socket.removeAllListeners('data');
        onRefused('message is not JSON');
        return;
      }
      onValue(value);
    }
  });
}

/** Writes one value as a line. */
export function writeJsonLine(socket: Socket, value: unknown): void {
  socket.write(`${JSON.stringify(value)}\n`);
}
