import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ConfirmCommitRequest, EditorAnswer, EditorRequest } from '../../src/core/editorMessages';
import { MAX_FINDINGS_SENT } from '../../src/core/editorMessages';
import type { Finding } from '../../src/core/findings';
import { askEditors, type EditorHandler, type EditorServer, serveEditor } from '../../src/repo/editors';
import { findRendezvous, rendezvousFolder } from '../../src/repo/rendezvous';

const TIMES = { connectMs: 2000, answerMs: 10_000 };
const FINDING: Finding = {
  kind: 'unreviewed',
  path: 'src/pay ment/ä.ts',
  startLine: 3,
  endLine: 5,
  start: 40,
  end: 90,
  rule: 'payments',
  enforcement: 'block',
  label: '7Qm2xR',
  labels: ['7Qm2xR'],
  message: 'unreviewed',
  remedy: 'review it',
};

describe('the socket between a hook and the editor', () => {
  let folder: string;
  let place: { commonDir: string; root: string };
  let servers: EditorServer[];
  let children: ChildProcess[];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'taggant editors ü '));
    place = { commonDir: join(folder, '.git'), root: folder };
    servers = [];
    children = [];
  });

  afterEach(async () => {
    for (const server of servers) await server.dispose();
    for (const child of children) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    }
    await findRendezvous(place.commonDir); // removes the sockets that they leave
    rmSync(folder, { recursive: true, force: true });
  });

  async function serve(handler: EditorHandler, root = folder): Promise<EditorServer> {
    const server = await serveEditor({ ...place, root }, handler);
    servers.push(server);
    return server;
  }

  async function serveInChild(behaviour: 'commit' | 'hang'): Promise<{ child: ChildProcess; file: string }> {
    const script = fileURLToPath(new URL('./serveForever.ts', import.meta.url));
    const child = fork(script, [place.commonDir, place.root, behaviour], { execArgv: ['--import', 'tsx'] });
    children.push(child);
    const [file] = (await once(child, 'message')) as [string];
    return { child, file };
  }

  function confirm(change: Partial<ConfirmCommitRequest> = {}): ConfirmCommitRequest {
    return {
      kind: 'confirmCommit',
      root: folder,
      findings: [FINDING],
      summary: 'One span.',
      canOverride: false,
      ...change,
    };
  }

  const files = () => readdirSync(rendezvousFolder(place.commonDir));
  const decided = (decision: 'commit' | 'review' | 'cancel'): EditorAnswer => ({
    kind: 'decision',
    decision,
  });

  it('carries the request to the editor and the answer back', async () => {
    const seen: EditorRequest[] = [];
    await serve(async (request) => {
      seen.push(request);
      return request.kind === 'flush' ? { kind: 'flushed' } : decided('review');
    });
    assert.deepEqual(await askEditors(place, confirm(), TIMES), decided('review'));
    assert.deepEqual(await askEditors(place, { kind: 'flush' }, TIMES), { kind: 'flushed' });
    assert.deepEqual(seen, [confirm(), { kind: 'flush' }]);
  });

  it('keeps socket and secret from other users', async () => {
    if (process.platform === 'win32') return; // pipes have no mode

    const server = await serve(async () => ({ kind: 'flushed' }));
    const rendezvous = JSON.parse(readFileSync(server.file, 'utf8'));
    const mode = (path: string) => statSync(path).mode & 0o777;
    assert.equal(mode(server.file), 0o600);
    assert.equal(mode(dirname(server.file)), 0o700);
    assert.equal(mode(rendezvous.socket), 0o600);
    assert.equal(mode(dirname(rendezvous.socket)), 0o700);
    assert.ok(Buffer.byteLength(rendezvous.socket) <= 100);
    assert.equal(Buffer.from(rendezvous.secret, 'base64url').length, 32);
  });

  it('finds a place for the socket when the runtime folder is missing or its path is too long', async () => {
    const before = process.env.XDG_RUNTIME_DIR;
    try {
      for (const runtime of [join(folder, 'missing'), join(folder, 'long'.repeat(40))]) {
        process.env.XDG_RUNTIME_DIR = runtime;
        await serve(async () => ({ kind: 'flushed' }));
      }
    } finally {
      if (before === undefined) delete process.env.XDG_RUNTIME_DIR;
      else process.env.XDG_RUNTIME_DIR = before;
    }
    assert.deepEqual(await askEditors(place, { kind: 'flush' }, TIMES), { kind: 'flushed' });
  });

  it('leaves nothing behind when disposed, twice over', async () => {
    const server = await serve(async () => ({ kind: 'flushed' }));
    const { socket } = JSON.parse(readFileSync(server.file, 'utf8'));
    await Promise.all([server.dispose(), server.dispose()]);
    assert.deepEqual(files(), []);
    assert.equal(existsSync(dirname(socket)), false);
    assert.equal(await askEditors(place, { kind: 'flush' }, TIMES), null);
  });

  it('answers null where no editor ever was', async () => {
    assert.equal(await askEditors(place, confirm(), TIMES), null);
  });

  it('asks only the editors of this worktree', async () => {
    await serve(async () => decided('commit'), join(folder, 'other'));
    assert.equal(await askEditors(place, confirm(), TIMES), null);
    symlinkSync(folder, join(folder, 'link'), 'junction');
    await serve(async () => decided('review'), join(folder, 'link'));
    assert.deepEqual(await askEditors(place, confirm(), TIMES), decided('review'));
  });

  it('asks the newest of two editors to confirm, and both to flush', async () => {
    const asked: string[] = [];
    const handler =
      (name: string): EditorHandler =>
      async (request) => {
        asked.push(`${name} ${request.kind}`);
        return request.kind === 'flush' ? { kind: 'flushed' } : decided(name === 'old' ? 'commit' : 'cancel');
      };
    await serve(handler('old'));
    await serve(handler('new'));
    assert.deepEqual(await askEditors(place, confirm(), TIMES), decided('cancel'));
    assert.deepEqual(asked, ['new confirmCommit']);
    await askEditors(place, { kind: 'flush' }, TIMES);
    assert.deepEqual(asked.slice(1).sort(), ['new flush', 'old flush']);
  });

  it('goes on to the next editor when the newest fails or says nothing in time', async () => {
    await serve(async () => decided('review'));
    await serve(async () => {
      throw new Error('broken');
    });
    assert.deepEqual(await askEditors(place, confirm(), TIMES), decided('review'));

    const [newest] = await findRendezvous(place.commonDir);
    await servers[1]!.dispose();
    const { file, written, ...rest } = newest!;
    const address = join(mkdtempSync(join(tmpdir(), 'td-')), 's');
    const mute = createServer().listen(address);
    await once(mute, 'listening');
    writeFileSync(file, JSON.stringify({ ...rest, socket: address }));
    assert.deepEqual(await askEditors(place, confirm(), { ...TIMES, connectMs: 100 }), decided('review'));
    assert.equal(existsSync(file), true, 'an editor that is only slow keeps its file');
    mute.close();
    rmSync(dirname(address), { recursive: true });
  });

  it('gives up when nobody answers the dialog in time, asks no other window, and tells the editor', async () => {
    let asked = 0;
    await serve(async () => {
      asked += 1;
      return decided('commit');
    });
    let aborted: Promise<unknown> | undefined;
    await serve((_request, signal) => {
      aborted = once(signal, 'abort');
      return new Promise(() => undefined);
    });
    assert.equal(await askEditors(place, confirm(), { connectMs: 2000, answerMs: 50 }), null);
    await aborted;
    assert.equal(asked, 0);
  });

  it('aborts the dialog when the hook is killed', async () => {
    let heard: (signal: AbortSignal) => void;
    const signalled = new Promise<AbortSignal>((done) => {
      heard = done;
    });
    const server = await serve((_request, signal) => {
      heard(signal);
      return new Promise(() => undefined);
    });
    const { socket, secret } = JSON.parse(readFileSync(server.file, 'utf8'));
    const connection = createConnection(socket);
    connection.write(`${JSON.stringify({ secret, request: confirm() })}\n`);
    const signal = await signalled;
    assert.equal(signal.aborted, false);
    const abort = once(signal, 'abort');
    connection.destroy();
    await abort;
  });

  it('does not abort a request that was answered', async () => {
    const kept: AbortSignal[] = [];
    await serve(async (_request, signal) => {
      kept.push(signal);
      return decided('commit');
    });
    // The connections of the first questions have closed when the last one is answered.
    for (let i = 0; i < 4; i++) await askEditors(place, confirm(), TIMES);
    assert.deepEqual(
      kept.map((signal) => signal.aborted),
      [false, false, false, false],
    );
  });

  it('refuses a wrong secret, unknown requests, text that is no JSON and a huge request', async () => {
    let asked = 0;
    const server = await serve(async () => {
      asked += 1;
      return decided('commit');
    });
    const { socket, secret } = JSON.parse(readFileSync(server.file, 'utf8'));
    const say = async (text: string) => {
      const connection = createConnection(socket);
      let reply = '';
      connection.on('error', () => undefined);
      connection.on('data', (data) => {
        reply += data;
      });
      connection.write(text);
      await new Promise((done) => connection.on('close', done));
      return reply;
    };
    const line = (value: unknown) => `${JSON.stringify(value)}\n`;
    assert.match(await say(line({ secret: 'x', request: confirm() })), /wrong secret/);
    assert.match(await say(line({ request: confirm() })), /wrong secret/);
    assert.match(await say(line({ secret: `${secret}x`, request: confirm() })), /wrong secret/);
    assert.match(await say(line({ secret, request: { kind: 'format disk' } })), /unknown request/);
    const outside = confirm({ findings: [{ ...FINDING, path: '../../etc/passwd' }] });
    assert.match(await say(line({ secret, request: outside })), /unknown request/);
    assert.match(await say(line(null)), /wrong secret/);
    assert.match(await say('GET / HTTP/1.1\r\n'), /not JSON/);
    await say('x'.repeat(5 * 1024 * 1024));
    await say(line({ secret, request: confirm({ summary: 'x'.repeat(5 * 1024 * 1024) }) }));
    assert.equal(asked, 0);
    assert.match(await say(line({ secret, request: { ...confirm(), later: 1 }, also: 2 })), /"commit"/);
  });

  it('sends no more findings than an editor takes, and says how many more there are', async () => {
    let seen: EditorRequest | undefined;
    await serve(async (request) => {
      seen = request;
      return decided('cancel');
    });
    await askEditors(place, confirm({ findings: Array.from({ length: 100_000 }, () => FINDING) }), TIMES);
    assert.ok(seen?.kind === 'confirmCommit');
    assert.equal(seen.findings.length, MAX_FINDINGS_SENT);
    assert.equal(seen.omitted, 100_000 - MAX_FINDINGS_SENT);
  });

  it('takes no answer of another kind', async () => {
    await serve(async () => ({ kind: 'flushed' }));
    assert.equal(await askEditors(place, confirm(), TIMES), null);
  });

  it('removes what a killed editor left, and answers null', async () => {
    const { child, file } = await serveInChild('commit');
    assert.deepEqual(await askEditors(place, confirm(), TIMES), decided('commit'));
    const { socket } = JSON.parse(readFileSync(file, 'utf8'));
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(existsSync(file), true, 'a killed process cannot clean up');
    assert.equal(await askEditors(place, confirm(), TIMES), null);
    assert.deepEqual(files(), []);
    if (process.platform !== 'win32') assert.equal(existsSync(dirname(socket)), false);
  });

  it('sweeps what killed editors left when the next one starts', async () => {
    const { child, file } = await serveInChild('commit');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await serve(async () => decided('commit'));
    assert.equal(existsSync(file), false);
    assert.equal(files().length, 1);
  });

  it('cleans up when the editor just exits', async () => {
    const { child, file } = await serveInChild('commit');
    child.send('exit');
    await once(child, 'exit');
    assert.equal(existsSync(file), false);
  });

  it('answers null when the only editor dies while it is asked, and asks the next where there is one', async () => {
    const { child } = await serveInChild('hang');
    const answer = askEditors(place, confirm(), TIMES);
    await once(child, 'message');
    child.kill('SIGKILL');
    assert.equal(await answer, null);

    await serve(async () => decided('review'));
    const second = await serveInChild('hang');
    const next = askEditors(place, confirm(), TIMES);
    await once(second.child, 'message');
    second.child.kill('SIGKILL');
    assert.deepEqual(await next, decided('review'));
  });

  it('removes a file whose socket refuses although its process id is in use again', async () => {
    const { child, file } = await serveInChild('commit');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const rendezvous = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ ...rendezvous, pid: process.pid }));
    assert.equal(await askEditors(place, confirm(), TIMES), null);
    assert.deepEqual(files(), []);
  });

  it('leaves the file of an editor on another machine or in a container alone', async () => {
    const server = await serve(async () => decided('commit'));
    const rendezvous = JSON.parse(readFileSync(server.file, 'utf8'));
    const other = join(dirname(server.file), '1-container0.json');
    writeFileSync(
      other,
      JSON.stringify({ ...rendezvous, pid: 2 ** 30, host: 'box/linux', socket: '/nowhere/s' }),
    );
    assert.deepEqual(await askEditors(place, confirm(), TIMES), decided('commit'));
    assert.equal(existsSync(other), true);
  });

  it('passes over files that are no rendezvous, and deletes nothing they name', async () => {
    await serve(async () => decided('commit'));
    const editors = rendezvousFolder(place.commonDir);
    const precious = join(folder, 'precious');
    writeFileSync(precious, 'mine');
    writeFileSync(join(editors, '1-aaaaaaaa.json'), '{');
    writeFileSync(join(editors, '1-bbbbbbbb.json'), 'null');
    writeFileSync(join(editors, '1-cccccccc.json'), ' '.repeat(1 << 20));
    writeFileSync(join(editors, '1-dddddddd.json.new'), '{}');
    symlinkSync('/dev/zero', join(editors, '1-eeeeeeee.json'));
    const good = JSON.parse(readFileSync(servers[0]!.file, 'utf8'));
    writeFileSync(
      join(editors, '1-ffffffff.json'),
      JSON.stringify({ ...good, pid: 2 ** 30, socket: precious }),
    );
    assert.deepEqual(await askEditors(place, confirm(), TIMES), decided('commit'));
    assert.equal(readFileSync(precious, 'utf8'), 'mine');
  });
});
