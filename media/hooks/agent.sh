#!/bin/sh
# Taggant's ear for AI agents. "taggant init --agents" puts it into the git directory as taggant/agent; the agents' own
# configuration calls it with the agent's name before and after a tool is used, and with what the agent says on standard
# input. It finds a Node and runs "taggant hook agent NAME". It never stops an agent: whatever happens, it ends with 0.
# Plain POSIX sh. Described in docs/agents.md.

here=${0%/*}
# What a debugging terminal sets would slow Node down or stop it.
unset NODE_OPTIONS VSCODE_INSPECTOR_OPTIONS

# The editor and "taggant init" write down two lines: a Node (or Electron) and Taggant's program.
node='' program=''
if [ -f "$here/runtime" ]; then
  { IFS= read -r node && IFS= read -r program; } <"$here/runtime"
fi
if [ -f "$program" ]; then
  [ -f "$node" ] && [ -x "$node" ] || node=node
  NODE_COMPILE_CACHE=$here/compiled ELECTRON_RUN_AS_NODE=1 "$node" "$program" hook agent "$@"
elif command -v taggant >/dev/null 2>&1; then
  taggant hook agent "$@"
else
  echo "Taggant: this edit is not marked, because Taggant's program was not found; run \"taggant init\" again." >&2
fi
exit 0
