/** An extension of VS Code that writes code by AI. Sources: the extensions' own pages in the marketplaces. */
export interface Assistant {
  /** `publisher.name`, in lower case. */
  readonly id: string;
  /** It offers completions as one types. */
  readonly completes: boolean;
  /** It edits files by itself, through the editor's API. */
  readonly edits: boolean;
}

const assistant = (id: string, what: 'completes' | 'edits' | 'both'): Assistant => ({
  id,
  completes: what !== 'edits',
  edits: what !== 'completes',
});

/**
 * The extensions that are known. `github.copilot-chat` comes with VS Code and is active whether it is used or not, so it
 * stands for no edits of its own: those of the editor's chat are seen otherwise.
 */
export const KNOWN_ASSISTANTS: readonly Assistant[] = [
  assistant('github.copilot', 'completes'),
  assistant('github.copilot-chat', 'completes'),
  assistant('codeium.codeium', 'both'),
  assistant('tabnine.tabnine-vscode', 'both'),
  assistant('supermaven.supermaven', 'completes'),
  assistant('continue.continue', 'both'),
  assistant('saoudrizwan.claude-dev', 'edits'),
  assistant('rooveterinaryinc.roo-cline', 'edits'),
  assistant('kilocode.kilo-code', 'both'),
  assistant('sourcegraph.cody-ai', 'both'),
  assistant('amazonwebservices.amazon-q-vscode', 'both'),
  assistant('augment.vscode-augment', 'both'),
  assistant('google.geminicodeassist', 'both'),
  assistant('anthropic.claude-code', 'edits'),
  assistant('openai.chatgpt', 'edits'),
  assistant('gitlab.gitlab-workflow', 'both'),
  assistant('tabbyml.vscode-tabby', 'both'),
  assistant('blackboxapp.blackbox', 'both'),
  assistant('danielsanmedium.dscodegpt', 'both'),
  assistant('codium.codium', 'both'),
  assistant('alibaba-cloud.tongyi-lingma', 'both'),
  assistant('aminer.codegeex', 'both'),
  assistant('huggingface.huggingface-vscode', 'completes'),
  assistant('ggml-org.llama-vscode', 'both'),
  assistant('rjmacarthy.twinny', 'both'),
];

/** The known ones and those that a setting names (which may do anything), of the ids for which `isActive` says so. */
export function activeAssistants(
  named: readonly string[],
  isActive: (id: string) => boolean,
): readonly Assistant[] {
  const known = new Set(KNOWN_ASSISTANTS.map(({ id }) => id));
  const others = named.map((id) => id.toLowerCase()).filter((id) => !known.has(id));
  return [...KNOWN_ASSISTANTS, ...others.map((id) => assistant(id, 'both'))].filter(({ id }) => isActive(id));
}
