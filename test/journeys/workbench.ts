/**
 * A VS Code window as a journey sees it: keys, clicks and what is on the screen, plus the extension API through the
 * bridge. Every look waits for the state it names; nothing here sleeps.
 */
import { mkdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type * as Vscode from 'vscode';
import type { SpanInfo, SpansParams } from '../../src/protocol';
import type { EditorWindow } from '../host/bridge';
import { eventually } from '../host/eventually';
import type { Host } from '../host/host';
import type { Row } from '../host/install';
import { ARTIFACTS, type HostWishes, hostFor, stopHosts } from './hosts';

/** 0-based line and UTF-16 column. */
export interface Place {
  line: number;
  column: number;
}

/** A marked run of text, with the text it covers. */
export interface Mark extends SpanInfo {
  text: string;
}

export interface Dialog {
  readonly message: string;
  /** Empty when the dialog has no second paragraph. */
  readonly detail: string;
  /** Labels in their order on the screen. */
  readonly buttons: readonly string[];
  /** Presses the button and waits for the dialog to be gone. */
  click(button: string): Promise<void>;
}

export interface Workbench {
  readonly row: Row;
  readonly page: Page;
  readonly evaluate: EditorWindow['evaluate'];
  readonly until: EditorWindow['until'];
  /** Runs a command in the extension host and answers its result, which must be JSON. */
  command<R = unknown>(id: string, ...args: unknown[]): Promise<R>;
  /** Waits until `isDone`, and runs the commands, now and then, as long as it is not. */
  asks(ids: string | readonly string[], what: string, isDone: () => Promise<boolean>): Promise<void>;
  /** Opens a file of the folder with the cursor at `place` and the keyboard in its text. */
  open(path: string, place?: Place): Promise<void>;
  /** Puts the cursor at `place` in the active editor, or selects from `place` to `end`. */
  select(place: Place, end?: Place): Promise<void>;
  /** Types as a person does: the editor closes brackets and indents. `delay` in ms between keys. */
  type(text: string, delay?: number): Promise<void>;
  /** Presses keys in Playwright's names, one after the other: `press('Control+ArrowRight', 'Escape')`. */
  press(...keys: string[]): Promise<void>;
  /** What the test provider offers from now on, see test/host/provider/provider.js. */
  offer(...offers: { after: string; text: string; whole?: boolean; replace?: string }[]): Promise<void>;
  /** All ghost text on the screen, once it includes `part`; it may be drawn in steps. Lines are joined by "\n". */
  ghostText(part: string): Promise<string>;
  noGhostText(): Promise<void>;
  /** Waits for a next-edit suggestion's sign in the gutter. */
  nextEdit(): Promise<void>;
  /** Has the editor show what it has to say of the place at the cursor, and waits until that includes `text`. */
  hover(text: string): Promise<Locator>;
  /** Text of a document: the active editor's, or the file's as the editor has it. */
  text(path?: string): Promise<string>;
  /** Waits until the active document's text includes `part`, and answers all of it. */
  textWith(part: string): Promise<string>;
  /** Taggant's marks of a document, in its order, once Taggant has seen the newest version. */
  marks(path?: string): Promise<Mark[]>;
  /** Accessible text of all status bar items. */
  statusBarText(): Promise<string>;
  /** The status bar item whose accessible text matches. */
  statusBarItem(text: RegExp): Locator;
  /** Commits from the Source Control view, like a person who sees the change there: message, Ctrl+Enter. */
  commit(message: string): Promise<void>;
  /** The modal dialog, once it is there. */
  dialog(): Promise<Dialog>;
  noDialog(): Promise<void>;
  /** Saves a picture with the run's artefacts and answers its path. */
  screenshot(name: string): Promise<string>;
  /** Reloads the window and answers it as it is then; this one has ended. */
  reload(): Promise<Workbench>;
  /** Closes the window and waits for its extension host to end. */
  close(): Promise<void>;
}

export interface WorkbenchOptions extends HostWishes {
  /** Extensions to wait for before the first key; by default all that this run has brought. */
  waitFor?: readonly string[];
  /** What a person does as soon as the window is there, before its extensions run. */
  atOnce?: (page: Page) => Promise<void>;
  /** The window outlives the test that opened it; whoever opens it closes it. */
  keepOpen?: boolean;
}

const SCREEN_TIMEOUT_MS = 30_000;

/** How long something that was asked for may take before it is asked for again: the editor may drop what it was asked. */
const PATIENCE_MS = 3_000;

/** As long as the editor waits for an answer of a completion tool, it asks none again for the same place, unless that is taken back. */
const ASK_FOR_GHOST_TEXT = ['editor.action.inlineSuggest.hide', 'editor.action.inlineSuggest.trigger'];

const open = new Set<Workbench>();
const kept = new Set<Workbench>();

/** Opens a window on a folder, in the row of this run unless `options.row` says otherwise. */
export async function openWorkbench(folder: string, options: WorkbenchOptions = {}): Promise<Workbench> {
  const { waitFor, atOnce, keepOpen = false, ...wishes } = options;
  const host = await hostFor(wishes);
  const page = await host.open(folder);
  page.setDefaultTimeout(SCREEN_TIMEOUT_MS);
  await atOnce?.(page);
  const workbench = await attach(host, page, folder, waitFor);
  if (keepOpen) kept.add(workbench);
  return workbench;
}

/** Waits for the window that the page has just begun to show. */
async function attach(
  host: Host,
  page: Page,
  folder: string,
  waitFor: readonly string[] | undefined,
): Promise<Workbench> {
  const window = await host.bridge.nextWindow();
  await page.locator('.part.statusbar').waitFor();
  await window.until(
    'the extensions are active',
    (vscode, ids) =>
      vscode.extensions.all
        .filter(({ id }) => ids?.includes(id) ?? id.startsWith('taggant'))
        .every((extension) => extension.isActive),
    waitFor ?? null,
    60_000,
  );
  const workbench = workbenchOf(folder, host.row, page, window, async () => {
    open.delete(workbench);
    await page.reload();
    return attach(host, page, folder, waitFor);
  });
  open.add(workbench);
  return workbench;
}

function workbenchOf(
  folder: string,
  row: Row,
  page: Page,
  window: EditorWindow,
  reload: () => Promise<Workbench>,
): Workbench {
  const absolute = (path: string) => (isAbsolute(path) ? path : join(folder, path));
  const ghost = page.locator('.monaco-editor .ghost-text, .monaco-editor .ghost-text-decoration');
  const focused = page.locator(':focus').first();
  const box = page.locator('.monaco-dialog-box');
  const items = page.locator('.part.statusbar .statusbar-item');
  const workbench: Workbench = {
    row,
    page,
    evaluate: window.evaluate,
    until: window.until,
    command: <R>(id: string, ...args: unknown[]) =>
      window.evaluate(
        async (vscode, call) => (await vscode.commands.executeCommand(call.id, ...call.args)) as R,
        { id, args },
      ),
    async open(path, place = { line: 0, column: 0 }) {
      await window.evaluate(async (vscode, file) => {
        await vscode.window.showTextDocument(vscode.Uri.file(file), { preview: false });
        // The editor's inline completions wake up lazily; without this the first keys would not ask for any.
        await vscode.commands.executeCommand('editor.action.inlineSuggest.trigger');
      }, absolute(path));
      await workbench.select(place);
      await page.locator('.monaco-editor.focused').first().waitFor();
    },
    async select(place, end = place) {
      await window.evaluate(
        (vscode, [from, to]) => {
          const editor = vscode.window.activeTextEditor!;
          const start = new vscode.Position(from.line, from.column);
          editor.selection = new vscode.Selection(start, new vscode.Position(to.line, to.column));
          editor.revealRange(editor.selection);
        },
        [place, end] as const,
      );
      await workbench.command('workbench.action.focusActiveEditorGroup');
    },
    type: (text, delay = 0) => page.keyboard.type(text, { delay }),
    async press(...keys) {
      for (const key of keys) await page.keyboard.press(key);
    },
    async offer(...offers) {
      await workbench.command('taggantTest.offer', offers);
    },
    async ghostText(part) {
      let shown = '';
      const isShown = async () => {
        shown = await visibleGhostText(ghost);
        return shown.includes(part);
      };
      try {
        await workbench.asks(ASK_FOR_GHOST_TEXT, `ghost text with ${part}`, isShown);
      } catch (error) {
        const seen = {
          shown,
          ...(await window.evaluate(placeOf, null)),
          focus: await focused.getAttribute('class', { timeout: 1000 }).catch(() => null),
        };
        throw new Error(`${(error as Error).message}; there is ${JSON.stringify(seen)}`);
      }
      return shown;
    },
    noGhostText: () => ghost.first().waitFor({ state: 'detached' }),
    nextEdit: () =>
      workbench.asks('editor.action.inlineSuggest.trigger', 'a next edit', () =>
        page.locator('.inline-edits-view-gutter-indicator *').first().isVisible(),
      ),
    async hover(text) {
      const hover = page.locator('.monaco-hover').filter({ hasText: text }).first();
      await workbench.command('editor.action.showHover');
      await workbench.asks('editor.action.showHover', `a hover with ${text}`, () => hover.isVisible());
      return hover;
    },
    async asks(ids, what, isDone) {
      let patient = Date.now() + PATIENCE_MS;
      await eventually(what, async () => {
        if (await isDone()) return true;
        if (Date.now() < patient) return false;
        for (const id of [ids].flat()) await workbench.command(id);
        patient = Date.now() + PATIENCE_MS;
        return false;
      });
    },
    text: (path) =>
      window.evaluate(
        async (vscode, file) =>
          file === null
            ? vscode.window.activeTextEditor!.document.getText()
            : (await vscode.workspace.openTextDocument(vscode.Uri.file(file))).getText(),
        path === undefined ? null : absolute(path),
      ),
    async textWith(part) {
      await window.until(
        `the text has ${JSON.stringify(part)}`,
        (vscode, wanted) => vscode.window.activeTextEditor?.document.getText().includes(wanted) ?? false,
        part,
      );
      return workbench.text();
    },
    async marks(path) {
      const file = path === undefined ? null : absolute(path);
      const marks = await window.until('Taggant speaks of the newest version', spansOf, file);
      return marks as Mark[];
    },
    async statusBarText() {
      const labels = await items.evaluateAll((all) =>
        all.map((item) => item.getAttribute('aria-label') ?? ''),
      );
      return labels.filter(Boolean).join(' | ');
    },
    statusBarItem: (text) => items.filter({ hasText: text }).first(),
    async commit(message) {
      await workbench.press('Control+Shift+g');
      const input = page.locator('.scm-editor .monaco-editor').first();
      await input.click();
      await workbench.press('Control+a');
      await workbench.type(message);
      await window.until('git sees the changes and the message', readyToCommit, message);
      await workbench.press('Control+Enter');
    },
    dialog: () => readDialog(box),
    noDialog: () => box.waitFor({ state: 'hidden' }),
    async screenshot(name) {
      await mkdir(ARTIFACTS, { recursive: true });
      const path = join(ARTIFACTS, `${name}.png`);
      await page.screenshot({ path });
      return path;
    },
    reload,
    async close() {
      open.delete(workbench);
      await page.close();
      await inTime(window.gone, 'the extension host has ended');
    },
  };
  return workbench;
}

/** A server may hold on to the extension host of a window that is gone; nobody waits for that for ever. */
async function inTime(event: Promise<void>, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error(`waited in vain: ${what}`)), SCREEN_TIMEOUT_MS);
  });
  await Promise.race([event, late]).finally(() => clearTimeout(timer));
}

/** Runs in the extension host. Null while Taggant's newest spans are of an older text. */
async function spansOf(vscode: typeof Vscode, file: string | null): Promise<Mark[] | null> {
  const document =
    file === null
      ? vscode.window.activeTextEditor!.document
      : await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  const taggant = vscode.extensions.getExtension('taggant.taggant')!;
  const answer: SpansParams = await taggant.exports.getSpans(document.uri);
  if (answer.version !== document.version) return null;
  return answer.spans.map((span) => {
    const { start, end } = span.range;
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    return { ...span, text: document.getText(range) };
  });
}

/** Runs in the extension host: what the active editor has, and where its cursor is. */
async function placeOf(vscode: typeof Vscode): Promise<object> {
  const editor = vscode.window.activeTextEditor;
  return { text: editor?.document.getText(), cursor: editor?.selection.active };
}

/** Runs in the extension host: git's extension notices saved files and the written message a little later. */
async function readyToCommit(vscode: typeof Vscode, message: string): Promise<boolean> {
  const [repository] = vscode.extensions.getExtension('vscode.git')!.exports.getAPI(1).repositories;
  const { indexChanges, workingTreeChanges } = repository.state;
  return repository.inputBox.value === message && indexChanges.length + workingTreeChanges.length > 0;
}

/** Ghost text stands in several spans, some inside a line of the document, others in lines of their own. */
function visibleGhostText(ghost: Locator): Promise<string> {
  return ghost.evaluateAll((spans) => {
    const lines = new Map<number, string>();
    for (const span of spans) {
      const top = Math.round(span.getBoundingClientRect().top);
      lines.set(top, (lines.get(top) ?? '') + (span.textContent ?? '').replaceAll('\u00a0', ' '));
    }
    const inOrder = [...lines].sort(([a], [b]) => a - b);
    return inOrder.map(([, line]) => line).join('\n');
  });
}

async function readDialog(box: Locator): Promise<Dialog> {
  await box.waitFor();
  const shown = await box.elementHandle(); // another dialog may follow this one at once
  const text = async (part: string) => {
    const found = box.locator(part);
    return (await found.count()) > 0 ? ((await found.first().textContent()) ?? '').trim() : '';
  };
  const buttons = box.locator('.dialog-buttons .monaco-button');
  return {
    message: await text('.dialog-message-text'),
    detail: await text('.dialog-message-detail'),
    buttons: (await buttons.allTextContents()).map((label) => label.trim()),
    async click(button) {
      await box.getByRole('button', { name: button, exact: true }).click();
      await shown?.waitForElementState('hidden');
    },
  };
}

/** Root hooks of mocha for every file that imports this: a picture of what failed, no window and no server left. */
afterEach(async function () {
  const { currentTest } = this;
  const name =
    currentTest
      ?.fullTitle()
      .replace(/[^\w-]+/g, '-')
      .slice(0, 100) ?? 'unknown';
  let count = 0;
  for (const workbench of [...open]) {
    if (currentTest?.state === 'failed')
      await workbench.screenshot(`FAILED-${name}-${count++}`).catch(() => {});
    if (!kept.has(workbench)) await workbench.close().catch(() => {});
  }
});

after(stopHosts);
