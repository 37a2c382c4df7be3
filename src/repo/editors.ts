import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { rmdirSync, rmSync } from 'node:fs';
import { chmod, mkdtemp, rmdir } from 'node:fs/promises';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { EditorAnswer, EditorRequest } from '../core/editorMessages';
import { ANSWER_KINDS, parseEditorAnswer, parseEditorRequest, withinLimits } from '../core/editorMessages';
import type { Repository } from './git';
import { readJsonLines, writeJsonLine } from './jsonLines';
import { thisHost } from './processes';
import {
  type FoundRendezvous,
  findRendezvous,
  removeRendezvous,
  SOCKET_FOLDER_PREFIX,
  SOCKET_NAME,
  sameRoot,
  writeRendezvous,
} from './rendezvous';

/**
 * The local socket between a git hook and the editor that has the repository open.
 *
 * One request per connection, as lines of JSON: the hook sends `{secret, request}`, the editor sends `{heard: true}`
 * at once and `{answer}` when it has one, perhaps minutes later. A connection that closes before the answer means
 * that git or the person ended the hook: the handler's signal aborts.
 */

/** `signal` aborts when nobody waits for the answer any more. */
export type EditorHandler = (request: EditorRequest, signal: AbortSignal) => Promise<EditorAnswer>;

export interface EditorServer {
  /** The rendezvous file. */
  readonly file: string;
  dispose(): Promise<void>;
}

export interface EditorTimeouts {
  /** Milliseconds for an editor to say that it heard the request. */
  readonly connectMs: number;
  /** Milliseconds for the answer; a person may take minutes over a dialog. */
  readonly answerMs: number;
}

type Place = Pick<Repository, 'commonDir' | 'root'>;

const MAX_REQUEST_BYTES = 4 * 1024 * 1024;
const MAX_ANSWER_BYTES = 64 * 1024;
/** What connecting says when the process behind a socket is gone. */
const NOBODY_THERE = ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'];
/** A client that connects and says nothing is dropped. */
const REQUEST_MS = 5_000;
/** `sun_path` holds 104 bytes on macOS and 108 on Linux; keep clear of both. */
const MAX_SOCKET_PATH_BYTES = 100;

/**
 * Listens for hooks of this worktree until disposed. Rejects when the socket or the rendezvous file cannot be made
 * (a read-only repository, say): the editor then works as before and hooks answer in the terminal.
 */
export async function serveEditor(repo: Place, handler: EditorHandler): Promise<EditorServer> {
  await findRendezvous(repo.commonDir); // sweeps what dead editors left
  const secret = randomBytes(32).toString('base64url');
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket);
    socket.on('close', () => connections.delete(socket));
    answerConnection(socket, secret, handler);
  });
  const socket = await listen(server);
  let file: string;
  try {
    const name = randomBytes(8).toString('base64url');
    const rendezvous = {
      format: 1,
      socket,
      secret,
      pid: process.pid,
      host: thisHost(),
      root: repo.root,
    } as const;
    file = await writeRendezvous(repo.commonDir, name, rendezvous);
  } catch (error) {
    server.close();
    await removeSocketFolder(socket);
    throw error;
  }
  const removeOnExit = () => removeNow(file, socket);
  process.setMaxListeners(process.getMaxListeners() + 1); // one listener per repository is no leak
  process.once('exit', removeOnExit);

  let disposed: Promise<void> | undefined;
  const dispose = async () => {
    process.off('exit', removeOnExit);
    process.setMaxListeners(process.getMaxListeners() - 1);
    for (const connection of connections) connection.destroy();
    await new Promise((done) => server.close(done));
    removeNow(file, socket);
  };
  return {
    file,
    dispose: () => {
      disposed ??= dispose();
      return disposed;
    },
  };
}

/**
 * Asks the editors that have this worktree open; null when none answers in time, and then the caller decides without
 * one. `flush` and `agentEdit` go to all of them at once, `confirmCommit` to the newest that hears it (to the next when that one
 * is lost before it answers). Removes what dead editors left. Never throws.
 */
export async function askEditors(
  repo: Place,
  request: EditorRequest,
  timeouts: EditorTimeouts,
): Promise<EditorAnswer | null> {
  const editors = (await findRendezvous(repo.commonDir)).filter((editor) => sameRoot(editor.root, repo.root));
  const sent = withinLimits(request);
  if (sent.kind !== 'confirmCommit') {
    const outcomes = await Promise.all(editors.map((editor) => ask(editor, sent, timeouts)));
    const answers = outcomes.flatMap(({ answer }) => (answer ? [answer] : []));
    const settled = answers.flatMap((answer) => (answer.kind === 'agentEdit' ? answer.settled : []));
    const first = answers[0] ?? null;
    return first?.kind === 'agentEdit' ? { kind: 'agentEdit', settled } : first;
  }
  for (const editor of editors) {
    const { answer, timedOut } = await ask(editor, sent, timeouts);
    // Who let the time pass has let it pass for the whole commit: do not ask again in another window.
    if (answer || timedOut) return answer;
  }
  return null;
}

interface Outcome {
  readonly answer: EditorAnswer | null;
  /** The editor heard the request and did not answer in time. */
  readonly timedOut: boolean;
}

function ask(editor: FoundRendezvous, request: EditorRequest, timeouts: EditorTimeouts): Promise<Outcome> {
  return new Promise((done) => {
    let heard = false;
    const socket = createConnection(editor.socket);
    const finish = (answer: EditorAnswer | null, timedOut = false) => {
      clearTimeout(timer);
      socket.destroy();
      done({ answer, timedOut });
    };
    let timer = setTimeout(() => finish(null), timeouts.connectMs);
    socket.on('connect', () => writeJsonLine(socket, { secret: editor.secret, request }));
    readJsonLines(
      socket,
      MAX_ANSWER_BYTES,
      (value) => {
        const message = (value ?? {}) as { heard?: unknown; answer?: unknown };
        if (message.heard === true && !heard) {
          heard = true;
          clearTimeout(timer);
          timer = setTimeout(() => finish(null, true), timeouts.answerMs);
          return;
        }
        const answer = parseEditorAnswer(message.answer);
        finish(answer?.kind === ANSWER_KINDS[request.kind] ? answer : null);
      },
      () => finish(null),
    );
    let nobodyThere = false;
    socket.on('error', (error: NodeJS.ErrnoException) => {
      nobodyThere = NOBODY_THERE.includes(error.code ?? '') && editor.host === thisHost();
    });
    socket.on('close', async () => {
      if (nobodyThere) await removeRendezvous(editor);
      finish(null);
    });
  });
}

/** The editor's side of one connection. */
function answerConnection(socket: Socket, secret: string, handler: EditorHandler): void {
  const abort = new AbortController();
  let asked = false;
  let settled = false;
  const timer = setTimeout(() => socket.destroy(), REQUEST_MS);
  const refuse = (error: string) => {
    clearTimeout(timer);
    socket.end(`${JSON.stringify({ error })}\n`, () => socket.destroy());
  };
  const answer = async (value: unknown) => {
    const message = (value ?? {}) as { secret?: unknown; request?: unknown };
    if (typeof message.secret !== 'string' || !sameSecret(message.secret, secret))
      return refuse('wrong secret');
    const request = parseEditorRequest(message.request);
    if (!request) return refuse('unknown request');
    clearTimeout(timer);
    writeJsonLine(socket, { heard: true });
    try {
      const reply = await handler(request, abort.signal);
      settled = true;
      if (!abort.signal.aborted) socket.end(`${JSON.stringify({ answer: reply })}\n`);
    } catch (error) {
      settled = true;
      if (!abort.signal.aborted) refuse(error instanceof Error ? error.message : String(error));
    }
  };
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    clearTimeout(timer);
    if (!settled) abort.abort();
  });
  readJsonLines(
    socket,
    MAX_REQUEST_BYTES,
    (value) => {
      if (asked) return; // one request per connection
      asked = true;
      void answer(value);
    },
    refuse,
  );
}

/** Compares without telling by its time how much was right. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** Listens in a new private folder (Unix) or on a pipe with an unguessable name (Windows); returns the address. */
async function listen(server: Server): Promise<string> {
  if (process.platform === 'win32') {
    return listenAt(server, `\\\\.\\pipe\\taggant-${randomBytes(16).toString('hex')}`);
  }
  const problems: unknown[] = [];
  // A socket's path must be short: with a long or missing runtime folder there is always /tmp.
  for (const base of [process.env.XDG_RUNTIME_DIR, tmpdir(), '/tmp']) {
    if (
      !base ||
      Buffer.byteLength(join(base, `${SOCKET_FOLDER_PREFIX}XXXXXX`, SOCKET_NAME)) > MAX_SOCKET_PATH_BYTES
    ) {
      continue;
    }
    try {
      const folder = await mkdtemp(join(base, SOCKET_FOLDER_PREFIX)); // mode 0700
      const address = await listenAt(server, join(folder, SOCKET_NAME));
      await chmod(address, 0o600);
      return address;
    } catch (error) {
      problems.push(error);
    }
  }
  throw problems[0] ?? new Error('No folder is short enough for a socket.');
}

function listenAt(server: Server, address: string): Promise<string> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(address, () => {
      server.off('error', fail);
      server.on('error', () => undefined); // a failed accept (no file handles left) must not end the editor
      done(address);
    });
  });
}

async function removeSocketFolder(socket: string): Promise<void> {
  if (process.platform !== 'win32') await rmdir(dirname(socket)).catch(() => undefined);
}

/** Synchronous, because a process that exits waits for nothing. */
function removeNow(file: string, socket: string): void {
  rmSync(file, { force: true });
  if (process.platform === 'win32') return;
  try {
    rmSync(socket, { force: true });
    rmdirSync(dirname(socket));
  } catch {
    // Gone already.
  }
}
