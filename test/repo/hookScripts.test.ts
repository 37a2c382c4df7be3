import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import {
  addBlock,
  appendBlock,
  hasBlock,
  isOurHook,
  isUneditedHook,
  readHookScripts,
  removeBlock,
} from '../../src/repo/hookScripts';
import { cleanEnvironment } from '../support/repository';

const WANTED = [['sh'], ['dash'], ['bash'], ['busybox', 'sh'], ['zsh']];
const SHELLS = WANTED.filter(([program, ...args]) => spawnSync(program!, [...args, '-c', ':']).status === 0);

describe('lines of ours in a shell script', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'taggant scripts '));
    spawnSync('git', ['init', '-q', folder], { env: cleanEnvironment() });
    mkdirSync(join(folder, '.git', 'taggant'));
  });

  after(() => rmSync(folder, { recursive: true }));

  /** Runs a script with our lines in it; what it says, its status, and whether the check was reached, last of all. */
  function run(script: string, checkStatus: number, shell: readonly string[]) {
    const check = join(folder, '.git', 'taggant', 'pre-commit');
    rmSync(check, { force: true });
    if (checkStatus >= 0) {
      writeFileSync(check, `#!/bin/sh\necho check\nexit ${checkStatus}\n`);
      chmodSync(check, 0o755);
    }
    writeFileSync(join(folder, 'script'), script);
    const options = { cwd: folder, env: cleanEnvironment(), encoding: 'utf8' } as const;
    const { stdout, status, stderr } = spawnSync(shell[0]!, [...shell.slice(1), 'script'], options);
    assert.equal(stderr, '', `${shell}\n${script}`);
    return { said: stdout.trim().split('\n'), status };
  }

  const SCRIPTS: { script: string; says: string[]; status: number }[] = [
    { script: '', says: [], status: 0 },
    { script: 'echo one', says: ['one'], status: 0 },
    { script: '#!/bin/sh\necho one\n', says: ['one'], status: 0 },
    { script: '#!/bin/sh\necho one\nfalse', says: ['one'], status: 1 },
    { script: '#!/bin/sh\necho one\n(exit 7)\n\n# exec nothing\n', says: ['one'], status: 7 },
    { script: '#!/usr/bin/env bash\nset -eu\necho one\nfalse\necho never\n', says: ['one'], status: 1 },
    {
      script: '#!/bin/sh\nif true; then\n  echo early\n  exit 0\nfi\necho late\nexit 1\n',
      says: ['early'],
      status: 0,
    },
    { script: '#!/bin/sh\necho one\nexit 5', says: ['one'], status: 5 },
    { script: '#!/bin/sh\nset -e\necho one; exit', says: ['one'], status: 0 },
    { script: '#!/bin/sh\nfalse || exit\n', says: [], status: 1 },
    { script: '#!/bin/sh\nexec 3>&1\necho one >&3\n', says: ['one'], status: 0 },
    { script: '#!/bin/sh\nexec </dev/null\necho one\nexit 0\n', says: ['one'], status: 0 },
  ];

  it('run after it, and only when it succeeds, however it ends', () => {
    for (const { script, says, status } of SCRIPTS) {
      const joined = addBlock(script)!;
      assert.equal(removeBlock(joined), script);
      for (const shell of SHELLS) {
        assert.deepEqual(
          run(script, 0, shell),
          { said: says.length ? says : [''], status },
          'the script alone',
        );
        for (const checkStatus of [0, 1, 2]) {
          const expected =
            status === 0
              ? { said: [...says, 'check'], status: checkStatus }
              : { said: says.length ? says : [''], status };
          assert.deepEqual(run(joined, checkStatus, shell), expected, `${shell}\n${joined}`);
        }
        assert.deepEqual(run(joined, -1, shell), run(script, -1, shell), 'nothing without a check');
      }
    }
  });

  it('run before a last command that takes the place of the shell', () => {
    const script = '#!/bin/sh\necho one\nexec echo last\n';
    const joined = addBlock(script)!;
    assert.equal(removeBlock(joined), script);
    for (const shell of SHELLS) {
      assert.deepEqual(run(joined, 0, shell), { said: ['one', 'check', 'last'], status: 0 });
      assert.deepEqual(run(joined, 1, shell), { said: ['one', 'check'], status: 1 });
    }
  });

  it('are not put where they might not run', () => {
    for (const script of [
      '#!/usr/bin/env python3\nprint(1)\n',
      '#!/usr/bin/node\n',
      '#!/bin/sh\ntrap "rm -f x" EXIT\nexit 0\n',
      '#!/bin/sh\nif x; then exec y; fi\necho z\n',
      '#!/bin/sh\n[ -f x ] || exit 0\nexec y\n',
      '#!/bin/sh\r\necho one\r\n',
      'MZ\0\0',
    ]) {
      assert.equal(addBlock(script), null, script);
    }
  });

  it('come out again exactly, from any text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '\n', '\r\n', '# x', ' ', '😀')), (parts) => {
        const text = parts.join('');
        const joined = appendBlock(text, ': for a test', 'one\ntwo');
        assert.equal(removeBlock(joined), text);
        assert.equal(hasBlock(joined), true);
        assert.equal(hasBlock(text), false);
        assert.equal(removeBlock(text), text);
      }),
    );
  });

  it('come out after a checkout has turned their line ends, and after more was written below', () => {
    const joined = appendBlock('a\n', '', 'b');
    assert.equal(removeBlock(joined.replaceAll('\n', '\r\n')), 'a\r\n');
    assert.equal(removeBlock(`${joined}more\n`), 'a\nmore\n');
    assert.equal(removeBlock(`${appendBlock('a', '', 'b')}more\n`), 'a\nmore\n');
  });

  it('are found through the link by which npm calls the program', async () => {
    // Any file in a folder beside `media` stands for the program.
    const program = fileURLToPath(new URL('../package.json', import.meta.url));
    const link = join(folder, 'taggant');
    symlinkSync(program, link);
    assert.deepEqual(await readHookScripts(link), await readHookScripts(program));
    await assert.rejects(readHookScripts(join(folder, 'cli.js')), /not whole: .*\.sh.* install it again/);
  });

  it('are kept apart from an edited hook by a digest', async () => {
    const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
    const { join: ours, check } = await readHookScripts(cli);
    assert.equal(isOurHook(ours) && isUneditedHook(ours), true);
    assert.equal(isOurHook(`${ours}# mine\n`), true);
    assert.equal(isUneditedHook(`${ours}# mine\n`), false);
    assert.equal(isOurHook(check), false);
    assert.equal(isOurHook(''), false);
  });
});
