import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { SETTLING_TIME } from '../../../src/engine/pendingEdits';
import { ai, line, lines } from '../../support/codeLines';
import { recorded } from '../../support/marking';
import { FILE, type GitWindow, GitWindows } from './gitWindow';
import { byLine } from './markedFiles';
import { until } from './waiting';

/**
 * What VS Code's own git commands do to the marks of a file that is open, in a repository with hook and driver. In the row that
 * most people have: git tells no reasons.
 */
if (process.env.TAGGANT_ROW !== 'reasons') describe('git from VS Code', gitFromVsCode);

function gitFromVsCode(): void {
  const windows = new GitWindows();

  before(async () => {
    await vscode.extensions.getExtension('taggant.taggant')!.activate();
    await vscode.extensions.getExtension('taggant-test.completions')!.activate();
    await vscode.extensions.getExtension('vscode.git')!.activate();
    await vscode.workspace.getConfiguration('git').update('confirmSync', false, true);
    await windows.start();
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    windows.remove();
  });

  const base = `${lines('a', 'b', 'c')}${ai('mid')}${lines('d', 'e', 'f')}`;

  describe('commits', () => {
    it('all changes, amends the commit, takes it back and makes it again', async () => {
      const window = await windows.open(base);
      await window.accept(0, line('new'));
      const first = `${ai('new')}${base}`;
      await window.saves(first);
      await window.commit('git.commitAll');
      await window.has(first);

      await window.type(1, line('own'));
      const second = `${ai('new')}${lines('own')}${base}`;
      await window.saves(second);
      await window.run('git.stageAll');
      await window.commit('git.commitStagedAmend');
      await window.has(second);
      assert.equal(window.repository.git('rev-list', '--count', 'HEAD'), '3\n');

      await window.run('git.undoCommit');
      await window.shows(second);
      await window.commit('git.commit');
      await window.has(second);
    });

    it('only the ranges that were staged, and nothing that was unstaged', async () => {
      const window = await windows.open(base);
      await window.type(6, line('own'));
      await window.accept(0, line('above'));
      const whole = `${ai('above')}${lines('a', 'b', 'c')}${ai('mid')}${lines('d', 'e', 'own', 'f')}`;
      const staged = `${ai('above')}${base}`;
      await window.saves(whole);
      await window.run('git.stageAll');
      await window.run('git.unstageAll');
      assert.equal(window.repository.git('diff', '--cached', '--name-only'), '');
      window.select(0);
      await until('the range is staged', async () => {
        await window.runInEditor('git.stageSelectedRanges');
        return window.state.indexChanges.some(({ uri }) => uri.path === window.uri.path);
      });
      await window.commit('git.commitStaged');
      assert.equal(byLine(recorded(window.repository, 'HEAD', FILE)), byLine(staged));
      await window.shows(whole);
      await window.commit('git.commitAll');
      await window.has(whole);
    });
  });

  describe('changes that are given up', () => {
    it('are those of a file', async () => {
      const window = await windows.open(base);
      window.editor.selection = new vscode.Selection(2, 0, 5, 0);
      await vscode.commands.executeCommand('deleteLeft');
      await window.accept(0, line('above'));
      await window.saves(`${ai('above')}${lines('a', 'b', 'e', 'f')}`);
      await window.discard();
      await window.has(base);
    });
  });

  const ours = `${ai('one')}${base}`;
  const theirs = `${base}${ai('two', 'three')}`;
  const both = `${ai('one')}${base}${ai('two', 'three')}`;
  const reference = (name: string) => ({ id: `refs/heads/${name}`, name });

  describe('branches', () => {
    it('are checked out, also detached', async () => {
      const window = await windows.open(base);
      const commit = window.commitsOn('topic', both);
      await window.run('git.checkout', 'topic');
      await window.has(both);
      await window.run('git.checkout', 'main');
      await window.has(base);
      await window.run('git.checkoutDetached', commit);
      await window.has(both);
    });

    it('are merged', async () => {
      const window = await windows.open(base);
      window.commitsOn('topic', theirs);
      await window.accept(0, line('one'));
      await window.saves(ours);
      await window.commit('git.commitAll');
      await window.run('git.repositories.merge', reference('topic'));
      await window.has(both);
    });

    it('are rebased', async () => {
      const window = await windows.open(base);
      window.commitsOn('topic', `${base}${ai('two')}`, theirs);
      await window.accept(0, line('one'));
      await window.saves(ours);
      await window.commit('git.commitAll');
      await window.run('git.checkout', 'topic');
      await window.has(theirs);
      await window.run('git.repositories.rebase', reference('main'));
      await window.has(both);
      assert.equal(byLine(recorded(window.repository, 'HEAD~1', FILE)), byLine(`${ours}${ai('two')}`));
    });

    it('give a commit away, which is reverted in a terminal and brought back', async () => {
      const window = await windows.open(base);
      const commit = window.commitsOn('topic', theirs);
      await window.commits(ours);
      await window.shows(ours);
      await window.run('git.graph.cherryPick', { id: commit });
      await window.has(both);
      for (const expected of [ours, both]) {
        window.repository.git('revert', '--no-edit', 'HEAD');
        await window.has(expected);
      }
    });
  });

  describe('a conflict', () => {
    const mine = `${ai('one')}${lines('a', 'b', 'mine', 'c')}${ai('mid')}${lines('d', 'e', 'f')}`;
    const other = `${lines('a', 'b')}${ai('other')}${line('c')}${ai('mid')}${lines('d', 'e', 'f')}${ai('two')}`;
    const resolved = `${ai('one')}${lines('a', 'b', 'mine')}${ai('other')}${line('c')}${ai('mid')}${lines('d', 'e', 'f')}${ai('two')}`;
    const incoming = `${ai('one')}${lines('a', 'b')}${ai('other')}${line('c')}${ai('mid')}${lines('d', 'e', 'f')}${ai('two')}`;

    async function conflicting() {
      const window = await windows.open(base);
      const commit = window.commitsOn('topic', other);
      window.commits(mine);
      await window.shows(mine);
      return { window, commit };
    }
    const isConflicting = ({ state }: GitWindow) => state.mergeChanges.length > 0;
    /** Runs a command of git's until its conflict is in the editor, with what git knows of its text. */
    async function conflictBy(window: GitWindow, id: string, ...args: unknown[]): Promise<void> {
      await window.runUntil('there is a conflict', () => isConflicting(window), id, ...args);
      await until('the conflict is in the editor', async () => {
        const drawn = await window.drawn();
        return drawn !== null && ['<<<<<<<', ai('one'), ai('other')].every((part) => drawn.includes(part));
      });
    }
    /** The editor finds conflicts a moment after they are there. */
    const resolve = (window: GitWindow, side: string) =>
      until('the conflict is resolved', async () => {
        window.select(4);
        await vscode.commands.executeCommand(`merge-conflict.accept.${side}`);
        return !window.editor.document.getText().includes('<<<<<<<');
      });

    it('of a merge is resolved in the editor, with both sides, and committed', async () => {
      const { window } = await conflicting();
      await conflictBy(window, 'git.repositories.merge', reference('topic'));
      await resolve(window, 'both');
      await window.saves(resolved);
      await window.run('git.stageAllMerge');
      await window.commit('git.commit', 'Merge');
      await window.has(resolved);
    });

    it('of a rebase is given up', async () => {
      const { window } = await conflicting();
      await conflictBy(window, 'git.repositories.rebase', reference('topic'));
      await window.run('git.rebaseAbort');
      await window.has(mine);
    });

    it('of a rebase is resolved with the incoming side, and goes on', async () => {
      const { window } = await conflicting();
      await conflictBy(window, 'git.repositories.rebase', reference('topic'));
      await resolve(window, 'current');
      await window.saves(incoming);
      await window.run('git.stageAllMerge');
      await window.run('git.stageAll');
      await window.commit('git.commit');
      assert.equal(window.state.rebaseCommit, undefined);
      await window.has(incoming);
    });

    it('of a cherry-pick is resolved with all incoming changes, and committed', async () => {
      const { window, commit } = await conflicting();
      await conflictBy(window, 'git.graph.cherryPick', { id: commit });
      await resolve(window, 'all-incoming');
      await window.saves(incoming);
      await window.commit('git.commitAll', 'Picked');
      await window.has(incoming);
    });
  });

  describe('a stash', () => {
    it('is put away, applied and popped', async () => {
      const window = await windows.open(base);
      await window.accept(0, line('one'));
      await window.saves(ours);
      await window.runAccepting('git.stash');
      await window.has(base);
      await window.run('git.stashApplyLatest');
      await window.shows(ours);
      await window.discard();
      await window.shows(base);
      window.repository.git('checkout', '-q', '.');
      await window.commits(theirs);
      await window.shows(theirs);
      await window.run('git.stashPopLatest');
      await window.shows(both);
      await window.commit('git.commitAll');
      await window.has(both);
    });
  });

  describe('a remote', () => {
    async function cloned(text: string) {
      const window = await windows.open(base);
      window.repository.git('config', 'pull.rebase', 'false');
      const remote = `${window.repository.root}.git`;
      window.repository.git('clone', '-q', '--bare', '.', remote);
      window.repository.git('remote', 'add', 'origin', remote);
      window.repository.git('fetch', '-q', 'origin');
      window.repository.git('branch', '-q', '--set-upstream-to', 'origin/main');
      window.commitsOn('other', text);
      window.repository.git('push', '-q', 'origin', 'other:main');
      return window;
    }

    /** Commits AI text of ours, and has the command bring the remote's. */
    async function bringsTheirs(command: string) {
      const window = await cloned(theirs);
      await window.accept(0, line('one'));
      await window.saves(ours);
      await window.commit('git.commitAll');
      await window.run(command);
      await window.has(both);
      return window;
    }

    it('is pulled from, and merged', async () => {
      await bringsTheirs('git.pull');
    });

    it('is pulled from, and rebased on', async () => {
      await bringsTheirs('git.pullRebase');
    });

    it('is synchronised with', async () => {
      const window = await bringsTheirs('git.sync');
      assert.equal(byLine(recorded(window.repository, 'origin/main', FILE)), byLine(both));
    });
  });

  it('leaves the same marks when nothing waits to be settled any more', async () => {
    const rest = windows.lastLook + 2 * SETTLING_TIME - Date.now();
    await new Promise((next) => setTimeout(next, Math.max(rest, 0)));
    const changed = await Promise.all(windows.all().map((window) => window.changed()));
    assert.deepEqual(changed.flat(), []);
  });
}
