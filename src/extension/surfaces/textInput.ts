import * as vscode from 'vscode';
import { MAX_REASON } from '../../core/editorMessages';

/** Asks for a reason or a note, which must not be empty; undefined when the person closes the box. */
export async function askForText(
  { title, prompt, placeHolder }: { title: string; prompt: string; placeHolder?: string },
  token?: vscode.CancellationToken,
): Promise<string | undefined> {
  const text = await vscode.window.showInputBox(
    {
      title,
      prompt,
      ...(placeHolder === undefined ? {} : { placeHolder }),
      ignoreFocusOut: true,
      validateInput: problemOf,
    },
    token,
  );
  return text?.trim() || undefined;
}

function problemOf(text: string): string | undefined {
  if (text.trim() === '') return 'Write a sentence, or press Escape to go back.';
  return text.length > MAX_REASON ? `At most ${MAX_REASON} characters, please.` : undefined;
}
