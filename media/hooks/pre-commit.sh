#!/bin/sh
# Taggant's pre-commit check. "taggant init" puts it into the git directory as taggant/pre-commit; the hook of this
# repository calls it from the top of the working tree. It does three things:
#   1. decides without Node, in a few milliseconds, whether what is staged can concern Taggant at all;
#   2. finds a Node (the editor's own, or one on the PATH) and Taggant's program;
#   3. runs "taggant hook pre-commit" and passes its answer on to git.
# Plain POSIX sh: dash, bash, busybox and the sh of Git for Windows run it. Described in docs/hooks.md.

newline='
'
tab='	'
here=${0%/*}

# Git starts hooks at the top of the working tree; a hook that has gone into a folder before it calls this one is
# followed back up, or relative names, that of the index among them, would mean something else.
if [ ! -e .git ]; then
  here=$(cd "$here" && pwd)
  start=$PWD
  while [ ! -e .git ] && [ -n "${PWD#/}" ]; do cd ..; done
  [ -e .git ] || cd "$start" || exit
fi

# Succeeds when a staged file may carry marks. Whatever the shell cannot tell for certain counts as "may".
concerns_taggant() {
  staged=
  git_dir=${GIT_DIR:-.git}
  if [ -f "$git_dir" ]; then
    IFS= read -r git_dir <"$git_dir"
    git_dir=${git_dir#gitdir: }
  fi
  [ -d "$git_dir" ] || return 0

  # One line for each change: modes, objects and a letter, a tab, the name. Git puts names with unusual characters in
  # quotes, and they go to Node. A rename shows both its names. Before the first commit there is no HEAD to compare with.
  staged=$(git -c core.quotePath=false diff-index --cached --raw --no-abbrev --no-renames HEAD -- 2>/dev/null) ||
    staged=$(git -c core.quotePath=false diff --cached --raw --no-abbrev --no-renames --no-color --) || {
    staged=
    return 0
  }

  # What is brought together may have marks that the index has not.
  for state in MERGE_HEAD CHERRY_PICK_HEAD REVERT_HEAD SQUASH_MSG rebase-merge rebase-apply; do
    [ ! -e "$git_dir/$state" ] || return 0
  done
  # Text that the editor has not written to the working tree yet.
  for journal in "$git_dir"/taggant/journal/*; do
    [ ! -s "$journal" ] || return 0
  done
  [ -n "$staged" ] || return 1
  set -f
  # The part before a name, then the name; git puts a name with a tab in quotes.
  IFS=$newline$tab
  is_name=
  for path in $staged; do
    case $is_name in '') is_name=yes && continue ;; esac
    is_name=
    case $path in \"* | .taggant*) return 0 ;; esac
    [ ! -e ".taggant/tags/$path.tags" ] || return 0
    # Marks that the staged text had when it was saved, though the file has none any more.
    [ ! -e "$git_dir/taggant/saved/$path.saved" ] || return 0
  done
  # A sidecar that the working tree lacks (deleted there, or left out by a sparse checkout). The index has what HEAD
  # has, or the sidecar itself were staged and found above. For HEAD git need not read the index again; many names are
  # found sooner in the index, though.
  revision=HEAD
  [ "${#staged}" -lt 4096 ] || revision=
  # shellcheck disable=SC2059,SC2086 # to be split, as above
  sidecars=$(printf "$revision:.taggant/tags/%.0s%s.tags\\n" $staged | git cat-file --batch-check='%(objecttype)') || return 0
  case $newline$sidecars$newline in *"${newline}blob$newline"*) return 0 ;; esac
  return 1
}

# Runs the program and ends with its answer: 0 go on, 1 findings, 2 a configuration that needs mending. Returns only
# when it could not run. In the background, so that a signal that ends this hook reaches it, and with it the dialog.
run() {
  interrupted=
  # What git said is handed on, with a full stop as the end, so that the program need not ask again. Node 22 and newer
  # keeps what it has compiled in a folder, and starts sooner the next time.
  TAGGANT_STAGED=stdin NODE_COMPILE_CACHE=$here/compiled ELECTRON_RUN_AS_NODE=1 "$@" hook pre-commit <<END &
$staged
.
END
  child=$!
  trap 'interrupted=yes; kill "$child" 2>/dev/null' HUP INT TERM
  wait "$child" 2>/dev/null # not the shell's own "Terminated"
  code=$?
  if [ -n "$interrupted" ]; then
    wait "$child" 2>/dev/null # it may be writing to the index
    exit "$code"
  fi
  trap - HUP INT TERM
  case $code in 0 | 1 | 2) exit "$code" ;; esac
  failure="Taggant's program ended with code $code"
}

# Succeeds for a Node that can run Taggant.
is_new_enough() {
  version=$("$1" --version 2>/dev/null) || return 1
  version=${version#v}
  [ "${version%%.*}" -ge 20 ] 2>/dev/null
}

# Succeeds when the policy wants commits stopped that cannot be checked. Without Node it can only be searched.
blocks_on_error() {
  { git show :.taggant/policy.json; git show HEAD:.taggant/policy.json; } 2>/dev/null |
    grep -v '^[[:space:]]*//' | tr -d '[:space:]' | grep -q '"onError":"block"'
}

concerns_taggant || exit 0
unset IFS
set +f

# What a debugging terminal sets would slow Node down or stop it.
unset NODE_OPTIONS VSCODE_INSPECTOR_OPTIONS

# The editor and "taggant init" write down two lines: a Node (or Electron) and Taggant's program.
node='' program=''
if [ -f "$here/runtime" ]; then
  { IFS= read -r node && IFS= read -r program; } <"$here/runtime"
fi
[ -f "$program" ] || program=node_modules/taggant/dist/cli.js

failure='no Node.js 20 or newer was found'
if [ -f "$program" ]; then
  for candidate in "${VSCODE_GIT_ASKPASS_NODE-}" "$node"; do
    [ ! -f "$candidate" ] || [ ! -x "$candidate" ] || run "$candidate" "$program"
  done
  ! is_new_enough node || run node "$program"
elif command -v taggant >/dev/null 2>&1; then
  run taggant
else
  failure="Taggant's program was not found"
fi

if blocks_on_error; then
  echo "Taggant stopped this commit: $failure, and the policy says \"onError\": \"block\"." >&2
  code=1
else
  echo "Taggant did not check this commit: $failure." >&2
  code=0
fi
echo 'Open the repository in VS Code with Taggant, or install Node.js and run "taggant init" again.' >&2
exit "$code"
