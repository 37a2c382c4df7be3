import { Command, CommanderError, Option } from 'commander';
import { version } from '../../package.json';
import { AGENT_FORMS } from '../core/agentForms';
import { blame } from './commands/blame';
import { type CheckOptions, check } from './commands/check';
import { mark, unmark } from './commands/declare';
import { hookAgent } from './commands/hookAgent';
import { hookPreCommit } from './commands/hookPreCommit';
import { type ImportTrailersOptions, importTrailers } from './commands/importTrailers';
import { type InitCommandOptions, init } from './commands/init';
import { lsp } from './commands/lsp';
import { mergeDriver } from './commands/mergeDriver';
import { checkPolicy, explain } from './commands/policy';
import { review } from './commands/review';
import { show } from './commands/show';
import { type SignoffOptions, signoff } from './commands/signoff';
import { note, override, request } from './commands/statements';
import { status } from './commands/status';
import { type SyncOptions, sync } from './commands/sync';
import { type Context, EXIT } from './context';
import { told } from './text';

const HELP_WIDTH = 100;
const LINES = 'a file, and which lines of it: FILE, FILE:12 or FILE:12-40';

/** Runs the command that the arguments name and answers its exit code. Null: it goes on by itself (`lsp`). */
export async function runProgram(context: Context, args: readonly string[]): Promise<number | null> {
  let code: number | null = EXIT.fine;
  const does =
    <Args extends unknown[]>(command: (context: Context, ...args: Args) => Promise<number>) =>
    async (...given: unknown[]) => {
      // Commander hands on the command itself as the last argument.
      code = await command(context, ...(given.slice(0, -1) as Args));
    };

  const program = new Command('taggant')
    .description(
      'Tags AI-generated code, keeps the tags true, and holds back commits that carry unreviewed AI code.',
    )
    .version(version)
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.out.write(text),
      writeErr: (text) => context.out.write(text),
      outputError: () => {}, // told below, in one line
      getOutHelpWidth: () => Math.min(context.out.columns, HELP_WIDTH),
      getErrHelpWidth: () => Math.min(context.out.columns, HELP_WIDTH),
    });

  program
    .command('init')
    .description('set this repository up: policy, attributes, commit hook; asks first')
    .option('--yes', 'do it without asking')
    .option('--dry-run', 'only say what would be done')
    .option('--undo', 'take it back')
    .option('--agents [names...]', 'also the hooks of AI agents: those named, all, or those in use')
    .action(does<[InitCommandOptions]>(init));
  program
    .command('status')
    .description('what is marked and reviewed, what is observed and what is not')
    .option('--json', 'for programs')
    .action(does<[{ json?: boolean }]>(status));
  program
    .command('check')
    .description('findings against the policy; exit code 0: none, 1: some, 2: wrong use or configuration')
    .option('--staged', 'check what the next commit takes along')
    .option('--all', 'check the whole working tree')
    .option('--range <base..head>', "check commits by their base's guardrails, as CI does")
    .addOption(
      new Option('--format <format>', 'how to write them')
        .choices(['text', 'json', 'sarif', 'github', 'gitlab'])
        .default('text'),
    )
    .option('--json', 'the same as --format json')
    .option('--output <file>', 'write them into a file, and the text to the terminal')
    .addOption(
      new Option('--fail-on <what>', 'which findings make exit code 1')
        .choices(['block', 'warn'])
        .default('warn'),
    )
    .option('--with-sarif <files...>', "also raise other tools' results inside AI code")
    .action(
      does<[CheckOptions & { json?: boolean }]>((at, { json, ...options }) =>
        check(at, { ...options, format: json ? 'json' : options.format }),
      ),
    );
  program
    .command('blame')
    .description('for each line: origin, tool, model, author, evidence, review')
    .argument('<file>')
    .option('--json', 'for programs')
    .action(does<[string, { json?: boolean }]>(blame));
  program
    .command('show')
    .description('the source and its sidecar side by side')
    .argument('<file>')
    .action(does<[string]>(show));
  program
    .command('mark')
    .description('declare that AI wrote these lines')
    .argument('<file>', LINES)
    .requiredOption('--tool <tool>', 'the tool that wrote them')
    .option('--model <model>', 'its model')
    .option('--json', 'for programs')
    .action(does<[string, { tool: string; model?: string; json?: boolean }]>(mark));
  program
    .command('unmark')
    .description('declare that these lines are not AI code')
    .argument('<file>', LINES)
    .requiredOption('--why <reason>', 'the reason')
    .option('--json', 'for programs')
    .action(does<[string, { why: string; json?: boolean }]>(unmark));
  program
    .command('review')
    .description('say that you have read the marked code there')
    .argument('<files...>', LINES)
    .option('--why <reason>', 'a remark that is kept with the review')
    .action(does<[string[], { why?: string }]>(review));
  const policy = program.command('policy').description('what the policy says');
  policy
    .command('explain')
    .description('which rules hold for a file and why, who owns it and who may sign')
    .argument('<file>')
    .option('--json', 'for programs')
    .action(does<[string, { json?: boolean }]>(explain));
  policy
    .command('check')
    .description('whether the policy can be used: exit code 0 if so, 2 with mistakes')
    .action(does<[object]>(checkPolicy));
  program
    .command('note')
    .description('document the marked code there: what was asked for, and why this is right')
    .argument('<files...>', LINES)
    .requiredOption('--why <text>', 'the note')
    .action(does<[string[], { why: string }]>(note));
  program
    .command('request')
    .description('ask for the sign-off of the marked code there; it may be committed meanwhile')
    .argument('<files...>', LINES)
    .option('--why <text>', 'what the reviewer should know')
    .action(does<[string[], { why?: string }]>(request));
  program
    .command('signoff')
    .description('sign that you have read the marked code there and answer for it; or tell what is signed')
    .argument('[files...]', LINES)
    .option('--why <text>', 'a remark that is kept with the sign-off')
    .option('--rule <rule>', 'sign for this rule alone')
    .option('--yes', 'do not ask again')
    .option('--list', 'what waits for a sign-off: yours, and that of others')
    .option('--verify', 'check all signatures; exit code 1 when one does not hold')
    .option('--json', 'for programs, with --list and --verify')
    .action(does<[string[], SignoffOptions]>(signoff));
  program
    .command('override')
    .description('go against a rule that allows it, with a reason that is kept and counted')
    .argument('<files...>', LINES)
    .requiredOption('--rule <rule>', 'the rule')
    .requiredOption('--why <reason>', 'the reason')
    .action(does<[string[], { rule: string; why: string }]>(override));
  const hook = program.command('hook').description('for git and for agents: what their hooks call');
  hook
    .command('pre-commit')
    .description('prepare and check the commit that is being made')
    .action(does<[object]>(hookPreCommit));
  hook
    .command('agent')
    .description('for AI agents: what their hooks call, with a payload on standard input; never stops them')
    .argument('<name>', AGENT_FORMS.map(({ name }) => name).join(', '))
    .option('--event <event>', 'before or after, where the payload does not say')
    .action(does<[string, { event?: string }]>(hookAgent));
  program
    .command('sync')
    .description('write the sidecars right that do not agree with their files, or tell which do not')
    .option('--check', 'only tell; exit code 1 when one does not agree')
    .option('--all', 'with --check: the whole working tree (the default)')
    .option('--range <base..head>', 'with --check: what these commits change, as CI does')
    .option('--fix', 'write them (the default)')
    .option('--json', 'with --check: for programs')
    .action(does<[SyncOptions]>(sync));
  const imports = program.command('import').description('take over what other records say');
  imports
    .command('trailers')
    .description('mark, as declared, what is left of commits whose trailers name an AI agent')
    .option('--range <base..head>', 'only these commits')
    .option('--dry-run', 'only say what would be marked')
    .option('--json', 'for programs')
    .action(does<[ImportTrailersOptions]>(importTrailers));
  program
    .command('merge-driver')
    .description('for git: merges a sidecar; "taggant init" sets it up')
    .argument('<base>')
    .argument('<ours>')
    .argument('<theirs>')
    .argument('<path>')
    .action(
      does<[string, string, string, string]>(async (at, base, ours, theirs, path) =>
        mergeDriver(at, base, ours, theirs, path),
      ),
    );
  program
    .command('lsp')
    .description('the language server, for editors other than VS Code')
    .option('--stdio', 'over standard input and output')
    .allowUnknownOption()
    .action(async () => {
      await lsp(context);
      code = null;
    });

  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.fine;
    if (error.code === 'commander.help') return EXIT.trouble; // no command: the help has been shown
    context.err.write(told(error.message.replace(/^error: /, '').replace(/\s+/g, ' ')));
    return EXIT.trouble;
  }
  return code;
}
