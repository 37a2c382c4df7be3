/**
 * What can be told of an agent's shell command without running it. Only used to be careful: a command of which this says
 * nothing is the agent's own work.
 */

/** Git's commands that put text into files which the agent wrote itself (a patch), or run any program. */
const BY_HAND = ['apply', 'am', 'bisect', 'filter-branch', 'submodule', 'config'];
const MAX_LENGTH = 2000;

/**
 * True when every part of a command is plain git: what it changes in files was not written by the agent, also where git
 * made it of several texts (a merge, a stash over other changes).
 */
export function isPlainGit(command: string): boolean {
  if (command.length > MAX_LENGTH || /[<>`$(){}'"\\|&\n]/.test(command.replace(/&&|2>&1/g, ''))) return false;
  const parts = command.split(/&&|;/).map((part) => part.trim());
  const inner = parts.filter((part) => part !== '' && !/^cd(?:\s|$)/.test(part));
  return inner.length > 0 && inner.every((part) => isGit(part.split(/\s+/)));
}

function isGit([program, ...words]: readonly string[]): boolean {
  if (program !== 'git') return false;
  const [verb] = words;
  // Options before the command (`-c alias.x=!…`) can make it run anything.
  return verb !== undefined && /^[a-z-]+$/.test(verb) && !verb.startsWith('-') && !BY_HAND.includes(verb);
}

/** True when all that HEAD's log gained is commits made here: what they hold came from the working tree. */
export function areOwnCommits(logLines: readonly string[]): boolean {
  return logLines.every((line) => /\tcommit(?: \((?:amend|initial)\))?: /.test(line));
}
