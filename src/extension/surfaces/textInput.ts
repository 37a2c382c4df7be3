import * as vscode from 'vscode';
import { MAX_REASON } from '../../core/editorMessages';

/**
 * Asks for a reason or a note, which must not be empty; undefined when the person closes the box. What is wrong is said
 * when Enter is pressed: before that the question stands there.
 */
export function askForText(
  { title, prompt }: { title: string; prompt: string },
  token?: vscode.CancellationToken,
): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  box.title = title;
  box.prompt = prompt;
  box.ignoreFocusOut = true;
  return new Promise((done) => {
    const finish = (text: string | undefined) => {
      done(text);
      for (const disposable of disposables) disposable?.dispose();
    };
    const disposables = [
      box,
      box.onDidChangeValue(() => {
        box.validationMessage = undefined;
      }),
      box.onDidAccept(() => {
        const text = box.value.trim();
        box.validationMessage = problemOf(text);
        if (!box.validationMessage) finish(text);
      }),
      box.onDidHide(() => finish(undefined)),
      token?.onCancellationRequested(() => finish(undefined)),
    ];
    box.show();
  });
}

function problemOf(text: string): string | undefined {
  if (text === '') return 'Write a sentence, or press Escape to go back.';
  return text.length > MAX_REASON ? `At most ${MAX_REASON} characters, please.` : undefined;
}
