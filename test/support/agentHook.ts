import { spawn } from 'node:child_process';
import type { Finished } from './program';
import { cleanEnvironment } from './repository';

/** Calls `taggant hook agent NAME` with a payload, as an agent does. */
export function callHook(
  program: { readonly file: string },
  cwd: string,
  name: string,
  payload: unknown,
  options: { readonly args?: readonly string[]; readonly environment?: NodeJS.ProcessEnv } = {},
): Promise<Finished> {
  return new Promise((done, fail) => {
    const args = [program.file, 'hook', 'agent', name, ...(options.args ?? [])];
    const child = spawn(process.execPath, args, {
      cwd,
      env: { ...cleanEnvironment(), ...options.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString('utf8');
    });
    child.once('error', fail);
    child.once('close', (code) => done({ code: code ?? -1, out, err }));
    child.stdin.end(typeof payload === 'string' ? payload : JSON.stringify(payload));
  });
}
