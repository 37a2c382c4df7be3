import { type Finished, run } from './program';

/** Calls `taggant hook agent NAME` with a payload, as an agent does. */
export function callHook(
  program: { readonly file: string },
  cwd: string,
  name: string,
  payload: unknown,
  options: { readonly args?: readonly string[]; readonly environment?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  const args = [program.file, 'hook', 'agent', name, ...(options.args ?? [])];
  const input = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return run(process.execPath, args, cwd, options.environment, input);
}
