/**
 * The test's end of the bridge: listens, and hands out one `EditorWindow` for each extension host that connects.
 * A function passed to `evaluate` is sent as source text: it sees its two parameters and nothing of the test's scope.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type * as Vscode from 'vscode';
import { eventually } from './eventually';

export interface EditorWindow {
  /** The workspace folder's path, null without one. */
  readonly folder: string | null;
  /** Settles when this extension host has gone. */
  readonly gone: Promise<void>;
  /** Runs `body` in the extension host. Argument and answer travel as JSON. Throws what it threw. */
  evaluate<A, R>(body: (vscode: typeof Vscode, argument: A) => R | Promise<R>, argument: A): Promise<R>;
  /** As `evaluate`, again and again until the answer is truthy. Throws after `timeout` ms, naming `what`. */
  until<A, R>(
    what: string,
    body: (vscode: typeof Vscode, argument: A) => R | Promise<R>,
    argument: A,
    timeout?: number,
  ): Promise<R>;
}

export interface Bridge {
  /** Value of TAGGANT_BRIDGE for the VS Code that is to connect. */
  readonly address: string;
  /** The next extension host to connect, or one that has connected since the last call. */
  nextWindow(timeout?: number): Promise<EditorWindow>;
  close(): void;
}

/** A cold start on a busy two-core machine was seen to take 15 s. */
const WINDOW_TIMEOUT_MS = 90_000;

export async function openBridge(): Promise<Bridge> {
  const secret = randomUUID();
  const arrived: EditorWindow[] = [];
  const waiting: ((window: EditorWindow) => void)[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    receive(socket, secret, (window) => {
      const next = waiting.shift();
      if (next) next(window);
      else arrived.push(window);
    });
  });
  await new Promise<void>((done, fail) => server.on('error', fail).listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  return {
    address: `${port}:${secret}`,
    nextWindow: (timeout = WINDOW_TIMEOUT_MS) =>
      new Promise((done, fail) => {
        const ready = arrived.shift();
        if (ready) return done(ready);
        const answer = (window: EditorWindow) => {
          clearTimeout(timer);
          done(window);
        };
        waiting.push(answer);
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(answer), 1);
          fail(new Error(`no extension host connected within ${timeout / 1000} s`));
        }, timeout);
      }),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

interface Message {
  id?: number;
  value?: unknown;
  error?: string;
  secret?: string;
  folder?: string | null;
}

interface Pending {
  done(value: unknown): void;
  fail(error: Error): void;
}

function receive(socket: Socket, secret: string, opened: (window: EditorWindow) => void): void {
  const pending = new Map<number, Pending>();
  createInterface({ input: socket }).on('line', (line) => {
    const message: Message = JSON.parse(line);
    if (message.id === undefined) {
      if (message.secret !== secret) return void socket.destroy();
      return opened(windowOf(socket, pending, message.folder ?? null));
    }
    const request = pending.get(message.id);
    pending.delete(message.id);
    if (message.error !== undefined) request?.fail(new Error(`in the extension host: ${message.error}`));
    else request?.done(message.value);
  });
  socket.on('close', () => {
    for (const { fail } of pending.values()) fail(new Error('the extension host has gone'));
    pending.clear();
  });
}

function windowOf(socket: Socket, pending: Map<number, Pending>, folder: string | null): EditorWindow {
  let requests = 0;
  const evaluate: EditorWindow['evaluate'] = (body, argument) =>
    new Promise((done, fail) => {
      if (socket.destroyed) return fail(new Error('the extension host has gone'));
      const id = requests++;
      pending.set(id, { done: done as Pending['done'], fail });
      socket.write(`${JSON.stringify({ id, source: body.toString(), argument })}\n`);
    });
  return {
    folder,
    gone: new Promise((done) => socket.once('close', () => done())),
    evaluate,
    until: (what, body, argument, timeout) => eventually(what, () => evaluate(body, argument), timeout),
  };
}
