import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeIfThere, removeInside, writeIfChanged, writeInside, writeProblem } from '../../src/repo/files';

const POSIX = process.platform !== 'win32';

/** Root may write everywhere: act as somebody who may not. */
async function asOrdinaryUser(root: string, act: () => Promise<void>): Promise<void> {
  if (process.geteuid?.() !== 0) return act();
  chmodSync(root, 0o755);
  process.seteuid?.(65534);
  try {
    await act();
  } finally {
    process.seteuid?.(0);
  }
}

describe('writing files', () => {
  let root: string;
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'taggant-files-')));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('writes only what changes, and makes the folders', async () => {
    const file = join(root, 'a', 'b', 'c.tags');
    assert.equal(await writeIfChanged(file, 'one\n'), true);
    const { mtimeNs, ino } = statSync(file, { bigint: true });
    assert.equal(await writeIfChanged(file, 'one\n'), false);
    assert.deepEqual(
      [statSync(file, { bigint: true }).mtimeNs, statSync(file, { bigint: true }).ino],
      [mtimeNs, ino],
    );
    assert.equal(await writeIfChanged(file, Buffer.from('two\n')), true);
    assert.equal(readFileSync(file, 'utf8'), 'two\n');
    assert.deepEqual(readdirSync(join(root, 'a', 'b')), ['c.tags'], 'no temporary file is left');
  });

  if (POSIX) {
    it('keeps the mode of a file', async () => {
      const file = join(root, 'a');
      writeFileSync(file, 'one');
      chmodSync(file, 0o640);
      await writeIfChanged(file, 'two');
      assert.equal(statSync(file).mode & 0o777, 0o640);
    });
  }

  it('says what stands in the way', async () => {
    writeFileSync(join(root, 'file'), '');
    mkdirSync(join(root, 'folder'));
    await assert.rejects(writeIfChanged(join(root, 'file', 'x'), ''), {
      kind: 'write',
      message: /a file stands where a folder is needed/,
    });
    await assert.rejects(writeIfChanged(join(root, 'folder'), 'x'), { kind: 'write' });
    await assert.rejects(writeIfChanged(join(root, 'x'.repeat(300)), ''), { message: /too long/ });
  });

  if (POSIX) {
    it('says that permission is denied', async () => {
      mkdirSync(join(root, 'locked'), { mode: 0o500 });
      await asOrdinaryUser(root, () =>
        assert.rejects(writeIfChanged(join(root, 'locked', 'x'), ''), { message: /permission is denied/ }),
      );
    });
  }

  it('has a sentence for a full disk and a read-only file system', () => {
    const sentence = (code: string) => writeProblem('/r/a', Object.assign(new Error(code), { code })).message;
    assert.equal(
      sentence('ENOSPC'),
      '"/r/a" could not be written: the disk is full; free some space and save again.',
    );
    assert.equal(sentence('EROFS'), '"/r/a" could not be written: the file system is read-only.');
    assert.equal(sentence('EWHATEVER'), '"/r/a" could not be written: EWHATEVER.');
  });

  if (POSIX) {
    it('does not write or remove through a link', async () => {
      const outside = mkdtempSync(join(tmpdir(), 'taggant-outside-'));
      writeFileSync(join(outside, 'target'), 'theirs');
      symlinkSync(outside, join(root, '.taggant'));
      symlinkSync(join(outside, 'target'), join(root, 'link'));
      await assert.rejects(writeInside(root, '.taggant/target', 'ours'), { kind: 'path' });
      await assert.rejects(writeInside(root, '.taggant/new/deep', 'ours'), { kind: 'path' });
      await assert.rejects(removeInside(root, '.taggant/target'), { kind: 'path' });
      await assert.rejects(writeIfChanged(join(root, 'link'), 'ours'), { message: /symbolic link/ });
      await assert.rejects(writeInside(root, '../x', 'ours'), { kind: 'path' });
      assert.equal(readFileSync(join(outside, 'target'), 'utf8'), 'theirs');
      assert.deepEqual(readdirSync(outside), ['target']);
      rmSync(outside, { recursive: true });
    });
  }

  it('removes a file and the folders it leaves empty, up to .taggant', async () => {
    await writeInside(root, '.taggant/tags/a/b/c.tags', 'x');
    await writeInside(root, '.taggant/tags/a/d.tags', 'x');
    assert.equal(await removeInside(root, '.taggant/tags/a/b/c.tags'), true);
    assert.deepEqual(readdirSync(join(root, '.taggant', 'tags', 'a')), ['d.tags']);
    assert.equal(await removeInside(root, '.taggant/tags/a/d.tags'), true);
    assert.ok(lstatSync(join(root, '.taggant')).isDirectory());
    assert.ok(!existsSync(join(root, '.taggant', 'tags')));
    assert.equal(await removeInside(root, '.taggant/tags/a/d.tags'), false);
    await writeIfChanged(join(root, 'src', 'only'), 'x');
    await removeIfThere(join(root, 'src', 'only'));
    assert.ok(existsSync(join(root, 'src')), 'folders of sources stay');
  });
});
