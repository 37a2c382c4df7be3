import { agentForm } from '../../core/agentForms';
import { readAgentPayload } from '../../core/agentPayloads';
import { parseLooseJson } from '../../core/payloadFields';
import { hearAgent } from '../../engine/agentHook';
import { type Context, EXIT } from '../context';
import { ask } from '../people';
import { oneLine } from '../text';

/** An editor that lives answers at once; an agent waits for its hooks. */
const EDITOR = { connectMs: 200, answerMs: 1500 };
/** Larger payloads hold more text than is followed. */
const MAX_PAYLOAD = 64 * 1024 * 1024;

/**
 * `taggant hook agent NAME`: what AI agents call before and after they use a tool, with a payload on standard input.
 * Whatever happens, the agent goes on: the exit code is always 0, and trouble is one line on standard error.
 */
export async function hookAgent(
  context: Context,
  name: string,
  options: { readonly event?: string } = {},
): Promise<number> {
  const form = agentForm(name);
  const tell = (sentence: string) => context.err.write(`Taggant: ${oneLine(sentence)}\n`);
  if (form?.answer) context.out.write(`${form.answer}\n`);
  try {
    if (!form) {
      tell(`it does not know the agent "${name}"; docs/agents.md lists those it does.`);
      return EXIT.fine;
    }
    const input = context.input() ?? '';
    const payload = input.length > MAX_PAYLOAD ? undefined : parseLooseJson(input);
    if (payload === undefined) {
      tell(`what ${form.title} sent is not JSON, or too large, so this edit is not marked.`);
      return EXIT.fine;
    }
    const { event } = options;
    const report = readAgentPayload(
      form,
      payload,
      event === 'before' || event === 'after' ? event : undefined,
    );
    const notes = await hearAgent(report, {
      folder: context.cwd,
      now: context.now,
      ask: (repo, request) => ask(repo, request, EDITOR),
    });
    for (const note of notes) tell(note);
  } catch (error) {
    tell(
      `this edit of ${form?.title ?? name} is not marked: ${error instanceof Error ? error.message : error}`,
    );
    if (context.environment.TAGGANT_DEBUG && error instanceof Error) context.err.write(`${error.stack}\n`);
  }
  return EXIT.fine;
}

/** `hook agent NAME [--event before|after]`; what else there is, is passed over. */
export function runHookAgent(context: Context, args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args.slice(2);
  const event = rest[rest.indexOf('--event') + 1];
  return hookAgent(context, name, rest.includes('--event') && event !== undefined ? { event } : {});
}
