import { hostname } from 'node:os';

/** True while a process of that id runs here (also another user's). */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** This machine, as far as process ids go: containers and WSL share a folder with their host, not its ids. */
export function thisHost(): string {
  return `${hostname()}/${process.platform}`;
}
