/** The VS Codes that journeys share: starting one takes seconds, opening another window in it does not. */
import { join, resolve } from 'node:path';
import { TAGGANT, TEST_PROVIDER } from '../host/extensions';
import { type Host, startHost } from '../host/host';
import type { Row } from '../host/install';

/** The row this run is for. */
export const ROW = (process.env.TAGGANT_ROW ?? 'reasons') as Row;

/**
 * A suite of what is done with marks once they are known, which no row does otherwise: it runs in the one that most people
 * have, without reasons.
 */
export function describeInOneRow(name: string, suite: () => void): void {
  if (process.env.TAGGANT_ROW !== 'reasons') describe(name, suite);
}

/** Where screenshots and logs of this run are kept. */
export const ARTIFACTS = resolve(
  process.env.TAGGANT_ARTIFACTS ?? join(import.meta.dirname, '../../out/artifacts', ROW, 'journeys'),
);

export interface HostWishes {
  row?: Row;
  settings?: Readonly<Record<string, unknown>>;
  /** The person's own `keybindings.json`. */
  keybindings?: readonly object[];
  /** Folders of unpacked extensions; by default Taggant and the test's completion provider. */
  extensions?: readonly string[];
  environment?: NodeJS.ProcessEnv;
}

const running = new Map<string, Promise<Host>>();

/** A running VS Code that fulfils the wishes, started when there is none yet. */
export function hostFor(wishes: HostWishes): Promise<Host> {
  const wanted = { row: ROW, extensions: [TAGGANT, TEST_PROVIDER], ...wishes };
  const key = JSON.stringify(wanted);
  const host = running.get(key) ?? startHost({ ...wanted, artifacts: ARTIFACTS });
  running.set(key, host);
  return host;
}

export async function stopHosts(): Promise<void> {
  const hosts = await Promise.allSettled(running.values());
  running.clear();
  for (const host of hosts) if (host.status === 'fulfilled') await host.value.stop();
}
