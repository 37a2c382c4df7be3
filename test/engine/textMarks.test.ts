import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { sidecarPath } from '../../src/core/layout';
import { prepareStaged } from '../../src/engine/commit';
import { marksOfText } from '../../src/engine/textMarks';
import { recorded, save, saveInEditor, setUp, shown } from '../support/marking';
import { freshRepository, opened } from '../support/suites';

const BEFORE = 'const one = 1;\n«const two = one + one;\n»const three = 3;\n';

describe('marksOfText', () => {
  const repository = freshRepository();
  const repo = opened(repository);
  const found = async (text: string, options = {}) => {
    const answer = await marksOfText(repo, 'a.ts', text, options);
    return { ...answer, written: shown(text, answer.marks) };
  };
  const plain = (written: string) => written.replace(/[«»]/g, '');

  it('is nothing where nobody has said anything', async () => {
    repository.write('a.ts', plain(BEFORE));
    const answer = await found(plain(BEFORE));
    assert.equal(answer.from, 'nothing');
    assert.equal(answer.written, plain(BEFORE));
  });

  it('reads the working tree when its sidecar is of this text', async () => {
    save(repository, 'a.ts', BEFORE);
    const answer = await found(plain(BEFORE));
    assert.deepEqual([answer.from, answer.exact, answer.dropped], ['working tree', true, 0]);
    assert.equal(answer.written, 'const one = 1;\n«const two = one + one;»\nconst three = 3;\n');
  });

  it('takes a text for the same whatever its line ends', async () => {
    save(repository, 'a.ts', BEFORE);
    const windows = plain(BEFORE).replaceAll('\n', '\r\n');
    const answer = await found(windows);
    assert.deepEqual([answer.from, answer.exact], ['working tree', true]);
    assert.equal(answer.written, 'const one = 1;\r\n«const two = one + one;»\r\nconst three = 3;\r\n');
  });

  it('carries over from the working tree to a text that is not on disk yet', async () => {
    save(repository, 'a.ts', BEFORE);
    const answer = await found(`// typed\n${plain(BEFORE)}`);
    assert.deepEqual([answer.from, answer.exact], ['working tree', false]);
    assert.equal(answer.written, '// typed\nconst one = 1;\n«const two = one + one;»\nconst three = 3;\n');
  });

  it('prefers the index where it holds this very text', async () => {
    save(repository, 'a.ts', BEFORE);
    repository.git('add', '-A');
    save(repository, 'a.ts', 'const one = 1;\n«const two = 2;\n»');
    const answer = await found(plain(BEFORE));
    assert.deepEqual([answer.from, answer.exact], ['index', true]);
  });

  it('carries over from HEAD when the file was edited without Taggant', async () => {
    save(repository, 'a.ts', BEFORE);
    repository.commitAll();
    const edited = `${plain(BEFORE)}const four = 4;\n`;
    repository.write('a.ts', edited);
    repository.git('add', 'a.ts');
    const answer = await found(edited);
    assert.deepEqual([answer.from, answer.exact], ['HEAD', false]);
    assert.equal(
      answer.written,
      'const one = 1;\n«const two = one + one;»\nconst three = 3;\nconst four = 4;\n',
    );
  });

  it('falls back to the line hashes of a sidecar that agrees with nothing', async () => {
    const lines = Array.from({ length: 12 }, (_, i) => `const value${i} = compute(${i}, "name ${i}");\n`);
    save(
      repository,
      'a.ts',
      `${lines.slice(0, 4).join('')}«${lines.slice(4, 10).join('')}»${lines.slice(10).join('')}`,
    );
    const edited = `// a new first line\n${lines.join('')}`;
    repository.write('a.ts', edited);
    const answer = await found(edited);
    assert.equal(answer.from, 'line hashes');
    const ai = lines.slice(4, 10).join('').trimEnd();
    assert.equal(answer.written, edited.replace(ai, `«${ai}»`));
  });

  it('says that marks had no place', async () => {
    save(repository, 'a.ts', BEFORE);
    const answer = await found('something else\n');
    assert.equal(answer.written, 'something else\n');
    assert.equal(answer.dropped, 'consttwo=one+one;'.length);
  });

  it('takes a sidecar that was removed for "no marks any more"', async () => {
    save(repository, 'a.ts', BEFORE);
    repository.commitAll();
    rmSync(repository.path(sidecarPath('a.ts')));
    assert.deepEqual((await found(plain(BEFORE))).marks.spans, []);
    repository.git('add', '-A');
    assert.deepEqual((await found(`${plain(BEFORE)}\n`)).marks.spans, [], 'staged too');
  });

  describe('of a text that git brings back alone, after its sidecar was removed with the marked lines', () => {
    const unmarked = 'const one = 1;\nconst three = 3;\n';
    const isMarked = async () => (await found(plain(BEFORE))).written.includes('«const two');

    it('has the marks of HEAD, also when the removal is staged', async () => {
      save(repository, 'a.ts', `«const zero = 0;\n»${plain(BEFORE)}`);
      repository.commitAll();
      // Nobody has saved this text here, as after a rebase.
      save(repository, 'a.ts', BEFORE);
      repository.commitAll();
      await saveInEditor(repository, 'a.ts', BEFORE.replace('one + one', '2'));
      await saveInEditor(repository, 'a.ts', unmarked);
      repository.git('checkout', '-q', 'HEAD', '--', 'a.ts');
      assert.equal(await isMarked(), true);
      repository.git('add', '-A');
      await prepareStaged(repo);
      assert.match(recorded(repository, '', 'a.ts'), /«const two/);
      repository.git('commit', '-q', '--allow-empty', '-m', 'nothing of it changes');
      assert.equal(repository.git('status', '--porcelain'), '');
    });

    it('has those that were staged and never committed', async () => {
      await saveInEditor(repository, 'a.ts', BEFORE);
      repository.git('add', '-A');
      await saveInEditor(repository, 'a.ts', unmarked);
      repository.git('checkout', '-q', '--', 'a.ts');
      await prepareStaged(repo);
      assert.match(recorded(repository, '', 'a.ts'), /«const two/);
    });

    it('has none where somebody took them away, or has edited the text that was saved', async () => {
      await saveInEditor(repository, 'a.ts', BEFORE);
      repository.commitAll();
      await saveInEditor(repository, 'a.ts', plain(BEFORE));
      await saveInEditor(repository, 'a.ts', unmarked);
      repository.git('checkout', '-q', 'HEAD', '--', 'a.ts');
      assert.equal(await isMarked(), false);
      const edited = `// more\n${plain(BEFORE)}`;
      repository.write('a.ts', edited);
      assert.equal((await found(edited)).written, edited);
    });

    it('has those of HEAD where the file was moved with its sidecar, also when it was edited', async () => {
      save(repository, 'a.ts', BEFORE);
      repository.commitAll();
      repository.git('mv', 'a.ts', 'b.ts');
      repository.git('mv', sidecarPath('a.ts'), sidecarPath('b.ts'));
      repository.git('checkout', '-q', 'HEAD', '--', 'a.ts');
      assert.equal(await isMarked(), true);
      const edited = `// more\n${plain(BEFORE)}`;
      repository.write('a.ts', edited);
      assert.match((await found(edited)).written, /«const two/);
      repository.git('add', '-A');
      await prepareStaged(repo);
      for (const path of ['a.ts', 'b.ts']) assert.match(recorded(repository, '', path), /«const two/);
    });

    it('has none where somebody took them away since it was copied with its sidecar', async () => {
      await saveInEditor(repository, 'a.ts', BEFORE);
      repository.commitAll();
      save(repository, 'b.ts', BEFORE);
      await saveInEditor(repository, 'a.ts', plain(BEFORE));
      const edited = `// more\n${plain(BEFORE)}`;
      repository.write('a.ts', edited);
      assert.equal((await found(edited)).written, edited);
    });

    it('has none where the sidecar that was committed since was removed by hand', async () => {
      await saveInEditor(repository, 'a.ts', '«first();\n»');
      await saveInEditor(repository, 'a.ts', unmarked);
      save(repository, 'a.ts', BEFORE);
      const later = `@${Math.ceil(Date.now() / 1000) + 60} +0000`;
      repository.git('add', '-A');
      repository.attempt(['commit', '-q', '-m', 'later'], { env: { GIT_COMMITTER_DATE: later } });
      rmSync(repository.path(sidecarPath('a.ts')));
      assert.equal(await isMarked(), false);
    });
  });

  it('takes a working tree without Taggant’s folder for a sparse one', async () => {
    save(repository, 'a.ts', BEFORE);
    repository.commitAll();
    rmSync(repository.path('.taggant'), { recursive: true });
    assert.equal((await found(plain(BEFORE))).from, 'index');
    repository.git('rm', '-q', '--cached', sidecarPath('a.ts'));
    assert.deepEqual((await found(plain(BEFORE))).marks.spans, [], 'what the index has lost is lost');
  });

  it('looks where the file stood before it was renamed', async () => {
    save(repository, 'old.ts', BEFORE);
    repository.commitAll();
    repository.git('mv', 'old.ts', 'a.ts');
    const answer = await found(plain(BEFORE), { previousPath: 'old.ts' });
    assert.deepEqual([answer.from, answer.exact], ['working tree', true]);
    assert.match(answer.written, /«const two/);
    const edited = `${plain(BEFORE)}// more\n`;
    repository.write('a.ts', edited);
    const carried = await found(edited, { previousPath: 'old.ts' });
    assert.match(carried.written, /«const two/);
  });

  it('knows a text that an editor saved earlier', async () => {
    await saveInEditor(repository, 'a.ts', BEFORE);
    await saveInEditor(repository, 'a.ts', 'none of it is left\n');
    const answer = await found(plain(BEFORE));
    assert.deepEqual([answer.from, answer.exact], ['an earlier save', true]);
    assert.match(answer.written, /«const two/);
    assert.deepEqual((await found('none of it is left\n')).marks.spans, []);
  });

  it('does not bring marks back that somebody took away, from an earlier save', async () => {
    await saveInEditor(repository, 'a.ts', BEFORE);
    repository.commitAll();
    await saveInEditor(repository, 'a.ts', plain(BEFORE));
    repository.commitAll();
    const edited = `${plain(BEFORE)}const four = 4;\n`;
    repository.write('a.ts', edited);
    assert.equal((await found(edited)).written, edited);
  });

  it('marks no words that somebody writes again, though an AI once wrote the same in another commit', async () => {
    const version = (number: string) => `{\n  "name": "a",\n  "version": "${number}"\n}\n`;
    save(repository, 'a.ts', `${version('1.0.0')}«const byAi = true;\n»`);
    repository.commitAll();
    repository.git('checkout', '-q', '-b', 'next');
    await saveInEditor(
      repository,
      'a.ts',
      `${version('2.0.0').replace(/( {2}"version.*\n)/, '«$1»')}«const byAi = true;\n»`,
    );
    repository.commitAll();
    repository.git('checkout', '-q', 'main');
    const typed = `${version('2.0.0')}const byAi = true;\n// more\n`;
    repository.write('a.ts', typed);
    const { written } = await found(typed);
    assert.equal(written, `${version('2.0.0')}«const byAi = true;»\n// more\n`);
  });

  describe('of a line that comes back from a save whose sidecar git has', () => {
    const added = `${BEFORE}«const four = one + three;\n»`;
    const text = `${plain(added)}// more\n`;
    beforeEach(async () => {
      save(repository, 'a.ts', BEFORE);
      repository.commitAll();
      await saveInEditor(repository, 'a.ts', added);
      repository.git('add', '-A');
    });
    const isMarked = async () => {
      repository.write('a.ts', text);
      const { written } = await found(text);
      assert.match(written, /«const two/);
      return written.includes('«const four');
    };

    it('has its mark when that was only staged, also in a file without marks', async () => {
      repository.git('reset', '-q', '--hard');
      assert.equal(await isMarked(), true);
      repository.git('rm', '-q', '--cached', sidecarPath('a.ts'));
      repository.git('commit', '-q', '-m', 'no marks');
      rmSync(repository.path(sidecarPath('a.ts')));
      const again = `// none\n${text}`;
      repository.write('a.ts', again);
      assert.equal((await found(again)).written, again.replace(/(const four.*;)/, '«$1»'));
    });

    it('has none when it was in a commit that was amended away', async () => {
      repository.git('commit', '-q', '-m', 'four');
      save(repository, 'a.ts', BEFORE);
      repository.write('b.ts', 'other();\n');
      repository.git('add', '-A');
      repository.git('commit', '-q', '--amend', '-m', 'no four');
      assert.equal(await isMarked(), false);
    });

    it('has none when it was put away in a stash', async () => {
      repository.git('stash', '-q');
      assert.equal(await isMarked(), false);
    });

    it('has none when it was in a branch that was merged with nothing taken from it', async () => {
      repository.git('checkout', '-q', '-b', 'next');
      repository.git('commit', '-q', '-m', 'four');
      repository.git('checkout', '-q', 'main');
      repository.git('merge', '-q', '-s', 'ours', '--no-edit', 'next');
      repository.git('branch', '-q', '-D', 'next');
      rmSync(repository.path('.git', 'logs'), { recursive: true });
      assert.equal(await isMarked(), false);
    });

    it('has none when it was committed under another name', async () => {
      repository.git('reset', '-q', '--hard');
      save(repository, 'b.ts', added);
      repository.commitAll();
      assert.equal(await isMarked(), false);
    });
  });

  describe('of lines that were staged without others of the same save, and removed since', () => {
    const person = 'const five = 5;\n';
    const added = '«const four = one + three;\nconst six = four + two;\n»';
    /** Staged in part, while the working tree is as it was saved then. */
    const stagePart = async (head: string): Promise<void> => {
      save(repository, 'a.ts', head);
      repository.commitAll();
      repository.write('a.ts', plain(head + added));
      repository.git('add', 'a.ts');
      await saveInEditor(repository, 'a.ts', `${person}${head}${added}`);
    };
    const committed = async () => {
      await prepareStaged(repo);
      return recorded(repository, '', 'a.ts');
    };

    it('has the marks that they were saved with', async () => {
      await stagePart(BEFORE);
      await saveInEditor(repository, 'a.ts', `${person}${BEFORE}«const four = one + three;\n»`);
      assert.match(await committed(), /;\n«const four.*\n.*two;»\n$/);
    });

    it('has them in a file of which nothing else is marked', async () => {
      await stagePart(plain(BEFORE));
      await saveInEditor(repository, 'a.ts', `${person}${plain(BEFORE)}`);
      assert.match(await committed(), /;\n«const four.*\n.*two;»\n$/);
    });

    it('has the mark of a part of a line, when the file was edited without Taggant after another save', async () => {
      save(repository, 'a.ts', plain(BEFORE));
      repository.commitAll();
      const partly = plain(BEFORE).replace('two = one', 'two = «three»');
      await saveInEditor(repository, 'a.ts', partly);
      repository.git('add', 'a.ts');
      await saveInEditor(repository, 'a.ts', `${person}const six = 6;\n${partly}`);
      repository.write('a.ts', `${person}const seven = 7;\n${plain(partly)}`);
      repository.git('add', '-A');
      assert.equal(await committed(), `${person}const seven = 7;\n${partly}`);
    });

    it('has those of a stash whose new sidecar git could not bring back', async () => {
      save(repository, 'a.ts', plain(BEFORE));
      repository.commitAll();
      await saveInEditor(repository, 'a.ts', plain(BEFORE) + added);
      repository.git('stash', '-q', '-u');
      const ahead = `«const zero = 0;\n»${plain(BEFORE)}`;
      await saveInEditor(repository, 'a.ts', ahead);
      repository.commitAll();
      assert.notEqual(repository.attempt(['stash', 'apply', '-q']).status, 0);
      repository.git('add', 'a.ts');
      await saveInEditor(repository, 'a.ts', `${ahead}${person}`);
      assert.match(await committed(), /^«const zero.*;»\n.*\n.*\n.*;\n«const four.*\n.*two;»\n$/);
    });

    it('has none of them that a later save has without', async () => {
      await stagePart(BEFORE);
      await saveInEditor(repository, 'a.ts', `${person}${person}${BEFORE}${plain(added)}`);
      await saveInEditor(repository, 'a.ts', person);
      assert.equal(await committed(), plain(BEFORE + added).replace(/const two.*;/, '«$&»'));
    });

    it('has none where nobody has the text of a later save without marks', async () => {
      await stagePart(plain(BEFORE));
      await saveInEditor(repository, 'a.ts', `${person}${person}${plain(BEFORE + added)}`);
      repository.write('a.ts', person);
      assert.equal(await committed(), plain(BEFORE + added));
    });
  });

  it('forgets the oldest of many saves', async () => {
    for (let i = 0; i < 55; i++) await saveInEditor(repository, 'a.ts', `«ai(${i});»\n`);
    assert.equal(readdirSync(repository.path('.git', 'taggant', 'saved', 'a.ts.saved')).length, 50);
    assert.equal((await found('ai(54);\n')).written, '«ai(54);»\n');
  });

  it('finds in the next state what the first one does not know', async () => {
    // HEAD has an AI function that the working tree has dropped; only a new AI line was staged.
    save(repository, 'a.ts', 'first();\n«aiFunction(1, 2, 3);\n»last();\n');
    repository.commitAll();
    save(repository, 'a.ts', 'first();\nlast();\n«anotherAiCall("x");\n»');
    const staged = 'first();\naiFunction(1, 2, 3);\nlast();\nanotherAiCall("x");\n';
    const answer = await found(staged);
    assert.equal(answer.written, 'first();\n«aiFunction(1, 2, 3);»\nlast();\n«anotherAiCall("x");»\n');
  });

  it('tells of a sidecar it cannot read in full, and goes on', async () => {
    save(repository, 'a.ts', BEFORE);
    repository.commitAll();
    for (const broken of ['\0\0binary\0', 'kF\n<<<<<<< ours\n3a\n', '!!! junk\n']) {
      repository.write(sidecarPath('a.ts'), broken);
      const answer = await found(plain(BEFORE));
      assert.equal(answer.from, 'index', broken);
      assert.match(answer.written, /«const two/);
    }
    assert.match(recorded(repository, '', 'a.ts'), /«const two/, 'nothing was changed');
  });

  it('does not follow binary or huge files', async () => {
    setUp(repository);
    repository.write('a.ts', Buffer.from([0, 1, 2]));
    repository.write(sidecarPath('a.ts'), 'kF 7Qm2xR\n');
    const answer = await found('x\n');
    assert.equal(answer.from, 'line hashes');
  });
});
