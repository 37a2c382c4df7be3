#!/bin/sh
# Taggant's merge driver for the files below .taggant/tags. "taggant init" puts it into the git directory as
# taggant/merge-driver and names it in this clone's configuration. Git calls it with the files of the common ancestor, of
# ours (which gets the result) and of theirs, and with the path. A sidecar merges as text where its source does; only what
# conflicts goes to "taggant merge-driver", which keeps both sides. Where no Node is found the conflict stays, as text, and
# the next commit with Taggant reads it all the same. Plain POSIX sh. Described in docs/git.md.
base=$1 ours=$2 theirs=$3 path=$4
here=${0%/*}
merged=$ours.taggant

# In step with the source: git merges with the histogram algorithm, which "git merge-file" can since 2.44.
git merge-file -q -p --diff-algorithm=histogram "$ours" "$base" "$theirs" >"$merged" 2>/dev/null
status=$?
if [ "$status" -gt 128 ]; then
  git merge-file -q -p "$ours" "$base" "$theirs" >"$merged"
  status=$?
fi
if [ "$status" -gt 128 ]; then
  rm -f "$merged"
  exit "$status"
fi
if [ "$status" -ne 0 ]; then
  unset NODE_OPTIONS VSCODE_INSPECTOR_OPTIONS
  run() {
    NODE_COMPILE_CACHE=$here/compiled ELECTRON_RUN_AS_NODE=1 "$@" merge-driver "$base" "$ours" "$theirs" "$path" || return 1
    rm -f "$merged"
    exit 0
  }
  # Succeeds for a Node that can run Taggant.
  is_new_enough() {
    version=$("$1" --version 2>/dev/null) || return 1
    version=${version#v}
    [ "${version%%.*}" -ge 20 ] 2>/dev/null
  }
  node='' program=''
  if [ -f "$here/runtime" ]; then
    { IFS= read -r node && IFS= read -r program; } <"$here/runtime"
  fi
  [ -f "$program" ] || program=node_modules/taggant/dist/cli.js
  if [ -f "$program" ]; then
    for candidate in "${VSCODE_GIT_ASKPASS_NODE-}" "$node"; do
      [ ! -f "$candidate" ] || [ ! -x "$candidate" ] || run "$candidate" "$program"
    done
    ! is_new_enough node || run node "$program"
  elif command -v taggant >/dev/null 2>&1; then
    run taggant
  fi
fi
cat "$merged" >"$ours"
rm -f "$merged"
exit "$status"
