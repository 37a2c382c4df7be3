/** VS Code's own git extension at work in a set-up repository of the window's folder, with a marked file open. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { BlameLine } from '../../../src/engine/blame';
import { plain } from '../../support/codeLines';
import { onDisk, recorded, save } from '../../support/marking';
import { cleanEnvironment, TestRepository } from '../../support/repository';
import { byLine, MarkedFiles } from './markedFiles';
import { actUntil, until } from './waiting';

/** The part of the git extension's interface that is used here. */
interface GitRepository {
  readonly inputBox: { value: string };
  readonly state: {
    readonly HEAD?: { readonly name?: string; readonly commit?: string };
    readonly rebaseCommit?: unknown;
    readonly mergeChanges: readonly { readonly uri: vscode.Uri }[];
    readonly indexChanges: readonly { readonly uri: vscode.Uri }[];
    readonly workingTreeChanges: readonly { readonly uri: vscode.Uri }[];
  };
  status(): Promise<void>;
  clean(paths: string[]): Promise<void>;
}

interface GitExtension {
  getAPI(version: 1): { openRepository(root: vscode.Uri): Promise<GitRepository | null> };
}

export const FILE = 'the file.ts';
const NAME = 'the wïndow';
/** Milliseconds after which a command of git's has failed, if nothing came of it. */
const ASKED_AGAIN = 8000;

/**
 * A folder below the window's own with an empty one of that name in it, of whose files the editor sees the changes: its
 * watcher misses what is made in a new folder before it has seen that.
 */
async function watchedFolder(name: string): Promise<string> {
  const seen = new Set<string>();
  const watcher = vscode.workspace.createFileSystemWatcher('**');
  watcher.onDidCreate(({ fsPath }) => seen.add(fsPath));
  watcher.onDidChange(({ fsPath }) => seen.add(fsPath));
  const folder = mkdtempSync(join(vscode.workspace.workspaceFolders![0]!.uri.fsPath, 'git-'));
  await until('the folder is seen', () => seen.has(folder));
  mkdirSync(join(folder, name));
  await until('the folder in it is seen', () => seen.has(join(folder, name)));
  const probe = join(folder, name, 'probe');
  await until('a file is seen', () => {
    writeFileSync(probe, `${seen.size}`);
    return seen.has(probe);
  });
  rmSync(probe);
  watcher.dispose();
  return folder;
}

/** Makes the repositories of one suite: each is a copy of one that `taggant init` has set up. */
export class GitWindows {
  readonly #cli = join(vscode.extensions.getExtension('taggant.taggant')!.extensionPath, 'dist', 'cli.js');
  readonly #windows: GitWindow[] = [];
  #template: TestRepository | undefined;
  /** When a window was last looked at. */
  lastLook = 0;

  async start(): Promise<void> {
    this.#template = new TestRepository('template');
    await this.taggant(this.#template.root, 'init', '--yes');
    this.#template.commitAll('Set up');
  }

  /** With one file, whose AI parts stand in « », committed on `main` and open. */
  async open(written: string): Promise<GitWindow> {
    const repository = new TestRepository(NAME, await watchedFolder(NAME));
    cpSync(this.#template!.root, repository.root, { recursive: true, force: true });
    const window = new GitWindow(repository, this);
    this.#windows.push(window);
    await window.start(written);
    return window;
  }

  /** Runs the command line without holding the extension host up. */
  async taggant(cwd: string, ...args: string[]): Promise<string> {
    const env = { ...cleanEnvironment(), ELECTRON_RUN_AS_NODE: '1' };
    const { stdout } = await promisify(execFile)(process.execPath, [this.#cli, ...args], { cwd, env });
    return stdout;
  }

  all(): readonly GitWindow[] {
    return this.#windows;
  }

  remove(): void {
    this.#template?.remove();
    for (const window of this.#windows) window.repository.remove();
  }
}

export class GitWindow {
  readonly #files: MarkedFiles;
  #git: GitRepository | undefined;
  #editor: vscode.TextEditor | undefined;
  #shown = '';

  constructor(
    readonly repository: TestRepository,
    private readonly windows: GitWindows,
  ) {
    this.#files = new MarkedFiles(repository);
  }

  get editor(): vscode.TextEditor {
    return this.#editor!;
  }

  get state(): GitRepository['state'] {
    return this.#git!.state;
  }

  get uri(): vscode.Uri {
    return this.#files.uri(FILE);
  }

  async start(written: string): Promise<void> {
    await this.#files.start();
    this.commits(written);
    const { exports } = vscode.extensions.getExtension<GitExtension>('vscode.git')!;
    this.#git = (await exports.getAPI(1).openRepository(vscode.Uri.file(this.repository.root))) ?? undefined;
    assert.ok(this.#git, 'the git extension opens the repository');
    await this.show();
    await this.shows(written);
  }

  /** Somebody commits the file, with its sidecar, in a terminal. */
  commits(written: string, message = 'x'): string {
    save(this.repository, FILE, written);
    this.repository.git('add', '-A');
    const made = this.repository.attempt(['commit', '-q', '-m', message]);
    assert.deepEqual([made.status, made.stderr], [0, '']);
    return this.repository.git('rev-parse', 'HEAD').trim();
  }

  /** Somebody makes a branch with these commits in another clone, and it is fetched. Answers the last commit. */
  commitsOn(branch: string, ...texts: string[]): string {
    const other = new TestRepository('other clone');
    try {
      other.git('fetch', '-q', this.repository.root, 'HEAD');
      other.git('reset', '-q', '--hard', 'FETCH_HEAD');
      for (const text of texts) {
        save(other, FILE, text);
        other.commitAll(`on ${branch}`);
      }
      this.repository.git('fetch', '-q', other.root, `HEAD:${branch}`);
      return other.git('rev-parse', 'HEAD').trim();
    } finally {
      other.remove();
    }
  }

  async show(): Promise<void> {
    this.#editor = await vscode.window.showTextDocument(this.uri, { preview: false });
  }

  /** Runs one of the git extension's commands on this repository. */
  async run(id: string, ...args: unknown[]): Promise<void> {
    await this.#git!.status();
    await vscode.commands.executeCommand(id, vscode.Uri.file(this.repository.root), ...args);
  }

  /**
   * The same for a command that ends with a message on the screen, or a question, and waits for it. It is asked again where git
   * would not do it: the editor, and what follows it, may hold the repository just then.
   */
  async runUntil(what: string, condition: () => boolean, id: string, ...args: unknown[]): Promise<void> {
    await this.#git!.status();
    let failure: unknown;
    const root = vscode.Uri.file(this.repository.root);
    const act = async () => {
      vscode.commands.executeCommand(id, root, ...args).then(undefined, (error) => {
        failure = error;
      });
    };
    const isDone = () => {
      if (failure) throw failure;
      return condition();
    };
    await actUntil(what, isDone, act, ASKED_AGAIN).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.repository.git('status')}`);
    });
    await vscode.commands.executeCommand('notifications.clearAll');
    await this.#git!.status();
  }

  /** Runs one that works on the active editor, with its changes known. */
  async runInEditor(id: string, args: unknown[] = []): Promise<void> {
    await this.#git!.status();
    await vscode.commands.executeCommand(id, ...args);
  }

  /** Puts the cursor in front of a line. */
  select(line: number): void {
    this.editor.selection = new vscode.Selection(line, 0, line, 0);
  }

  /** Accepts what an input box of a command says, as Enter does, as often as it asks. */
  async runAccepting(id: string): Promise<void> {
    let done = false;
    const running = this.run(id).finally(() => {
      done = true;
    });
    await until(`${id} is done`, async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return done;
    });
    await running;
  }

  /** Puts the message into the box above the changes and runs a committing command. */
  async commit(id: string, message = 'from the editor'): Promise<void> {
    await this.#git!.status();
    this.#git!.inputBox.value = message;
    await this.run(id);
  }

  async discard(): Promise<void> {
    await this.#git!.status();
    await this.#git!.clean([this.uri.fsPath]);
  }

  /** A completion is accepted in front of the line. */
  async accept(line: number, text: string): Promise<void> {
    this.select(line);
    const { document } = this.editor;
    const before = document.getText(new vscode.Range(0, 0, line, 0));
    const { version } = document;
    await until('the suggestion is accepted', async () => {
      await this.#offer({ after: before, text });
      const note = { command: 'taggant.noteAcceptance', args: ['completion'] };
      const commands = ['editor.action.inlineSuggest.commit', note];
      await vscode.commands.executeCommand('runCommands', { commands });
      return document.version > version;
    });
  }

  /** Has a suggestion shown, and none after it. */
  async #offer(offer: object): Promise<void> {
    await vscode.commands.executeCommand('taggantTest.offer', [offer]);
    const shown = await vscode.commands.executeCommand('taggantTest.shown');
    await until('the suggestion is shown', async () => {
      await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      return (await vscode.commands.executeCommand('taggantTest.shown')) !== shown;
    });
    await vscode.commands.executeCommand('taggantTest.offer', []);
  }

  /** The person types in front of the line. */
  async type(line: number, text: string): Promise<void> {
    this.select(line);
    for (const key of text) await vscode.commands.executeCommand('type', { text: key });
  }

  async saves(written: string): Promise<void> {
    assert.equal(this.editor.document.getText(), plain(written));
    await this.editor.document.save();
    await this.shows(written);
  }

  /** What the editor shows now, unless it is behind. */
  drawn(): Promise<string | null> {
    return this.#files.drawn(this.editor.document);
  }

  /** Waits until the editor and the tree have the text with exactly these marks. */
  async shows(written: string): Promise<void> {
    this.#shown = written;
    this.windows.lastLook = Date.now();
    const { document } = this.editor;
    await until('the editor has the text', () => document.getText() === plain(written)).catch(() => {});
    assert.equal(document.getText(), plain(written));
    await this.#files.drawnAs(document, written);
    if (byLine(onDisk(this.repository, FILE)) === byLine(written)) return;
    let drawn = '';
    await until('the tree has the marks', async () => {
      drawn = await this.#blamed();
      return drawn === byLine(written);
    }).catch(() => {});
    assert.equal(drawn, byLine(written), 'blame');
  }

  /**
   * The same of the editor and the last commit, with nothing left over in the tree. Contributions of text that is gone are
   * left: it may come back.
   */
  async has(written: string): Promise<void> {
    await this.shows(written);
    assert.equal(byLine(recorded(this.repository, 'HEAD', FILE)), byLine(written), 'HEAD');
    await until(
      'nothing is left over',
      () => this.repository.git('status', '--porcelain', '-uno') === '',
    ).catch(() => {});
    assert.equal(this.repository.git('status', '--porcelain', '-uno'), '');
  }

  /** What the editor shows and what `taggant blame` says, where that is no longer what was shown last. */
  async changed(): Promise<string[]> {
    const drawn = [await this.drawn(), await this.#blamed()];
    return drawn.filter((each) => each !== byLine(this.#shown)).map((each) => `${this.#shown}\nis\n${each}`);
  }

  async #blamed(): Promise<string> {
    const out = await this.windows.taggant(this.repository.root, 'blame', FILE, '--json');
    const { lines } = JSON.parse(out) as { lines: BlameLine[] };
    return this.repository
      .read(FILE)
      .split('\n')
      .map((text, i) => {
        let line = text;
        for (const { start, end, origin } of [...(lines[i]?.spans ?? [])].reverse()) {
          const [open, close] = origin === 'ai' ? '«»' : '‹›';
          line = line.slice(0, start) + open + line.slice(start, end) + close + line.slice(end);
        }
        return line;
      })
      .join('\n');
  }
}
