import { chmodSync, rmSync } from 'node:fs';
import { settlesAs } from '../host/eventually';
import { save } from '../support/marking';
import { JourneyRepository } from './repository';
import { openWorkbench, type Workbench } from './workbench';

const LARGE =
  'export function outside(one: number): number {\n  return one + 1;\n}\n// and one more line, that makes it large\n';

/** A command-line agent that writes files, as a person starts it in the editor's own terminal. */
describe('an agent in the terminal', () => {
  let repository: JourneyRepository;
  let workbench: Workbench;

  before(async () => {
    repository = new JourneyRepository();
    for (const name of ['open', 'ended']) save(repository, `${name}.ts`, 'mine();\n');
    // Writes what the file given first is to say, and ends when its second file goes.
    repository.write(
      '.git/bin/claude',
      '#!/bin/sh\ncat "$1" > "$2"\nwhile [ -e "$3" ]; do sleep 0.1; done\n',
    );
    chmodSync(repository.path('.git/bin/claude'), 0o755);
    repository.commitAll();
    workbench = await openWorkbench(repository.root, { keepOpen: true });
  });
  after(async () => {
    await workbench.close().catch(() => {});
    repository.remove();
  });

  /** Runs a command in a terminal whose shell tells the editor of its commands. */
  async function run(command: string): Promise<void> {
    await workbench.evaluate(
      async (vscode, { bin, line }) => {
        const terminal =
          vscode.window.terminals.find(({ name }) => name === 'agent') ??
          vscode.window.createTerminal({
            name: 'agent',
            shellPath: '/bin/bash',
            env: { PATH: `${bin}:${process.env.PATH}` },
          });
        terminal.show(true);
        for (let i = 0; !terminal.shellIntegration; i++) {
          if (i === 400) throw new Error('the shell does not tell of its commands');
          await new Promise((next) => setTimeout(next, 50));
        }
        const state = globalThis as { agentRuns?: boolean };
        state.agentRuns = true;
        const execution = terminal.shellIntegration.executeCommand(line);
        const listener = vscode.window.onDidEndTerminalShellExecution((event) => {
          if (event.execution !== execution) return;
          state.agentRuns = false;
          listener.dispose();
        });
      },
      { bin: repository.path('.git/bin'), line: command },
    );
  }

  /** The agent writes `text` and goes on running until `ends` is called. */
  async function writes(path: string, text: string): Promise<void> {
    repository.write('.git/text', text);
    repository.write('.git/runs', '');
    await run(`claude .git/text ${path} .git/runs`);
  }
  /** It ends, and so does its command. */
  async function ends(): Promise<void> {
    rmSync(repository.path('.git/runs'));
    await workbench.until(
      'the agent has ended',
      () => (globalThis as { agentRuns?: boolean }).agentRuns === false,
      null,
    );
  }

  const becomes = (path: string, expected: string[]) =>
    settlesAs(expected, async () =>
      (await workbench.marks(path)).map(
        ({ origin, evidence, tool, text }) =>
          `${[origin, evidence, tool].filter(Boolean).join(' ')}: ${text}`,
      ),
    );

  for (const ended of [false, true]) {
    const when = ended ? 'when it has ended' : 'while it still runs';
    it(`is inferred where the file is open, once and again, ${when}`, async () => {
      const path = ended ? 'ended.ts' : 'open.ts';
      await workbench.open(path);
      let text = 'mine();\n';
      for (let i = 0; i < 3; i++) {
        text += LARGE.replace('outside', `outside${i}`);
        await writes(path, text);
        if (ended) await ends();
        await workbench.textWith(`outside${i}`);
        await becomes(path, [`ai inferred claude-code: ${text.slice('mine();\n'.length)}`]);
        if (!ended) await ends();
      }
    });
  }
});
