/**
 * What of a text's whitespace a review binds. A reviewer has read words and signs; a formatter that only moves them
 * about must not void the review, and no change of whitespace that changes the meaning may keep it.
 */

/**
 * How much a language leaves to whitespace. `indentation`: leading whitespace is syntax. `lines`: only where lines
 * break is bound. `free`: a formatter may break and join lines too, see {@link breakCounts}.
 */
export type Layout = 'indentation' | 'lines' | 'free';

/** Extensions and file names (lower case) of languages whose leading whitespace is syntax. */
const INDENTATION = new Set(
  (
    'py pyi pyx pxd pyw ipy bzl bazel star sage gyp gypi yaml yml haml pug jade slim sass styl coffee litcoffee ' +
    'iced ls moon nim nims nimble fs fsi fsx hs lhs elm purs idr agda mk mak make makefile gnumakefile sconstruct ' +
    'sconscript snakefile smk tiltfile build workspace buck gd gdscript md markdown mdx rst adoc txt feature robot cabal'
  ).split(' '),
);

/** Extensions of languages whose formatters break and join lines, and where a break inside an expression means nothing. */
const FREE = new Set(
  'js mjs cjs jsx ts mts cts tsx json jsonc json5 css scss less java c h cc cpp cxx hh hpp hxx m mm cs rs dart php'.split(
    ' ',
  ),
);

/** The layout of a file by its name. A file of unknown kind has `lines`. */
export function layoutOf(path: string): Layout {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const extension = name.slice(name.lastIndexOf('.') + 1);
  if (INDENTATION.has(name) || INDENTATION.has(extension) || name.startsWith('makefile.'))
    return 'indentation';
  return FREE.has(extension) ? 'free' : 'lines';
}

/**
 * Whitespace is spaces and tabs. Everything else that looks like it (a lone carriage return, a no-break space) is
 * content: some languages end a line there, and no formatter adds it.
 */
export function isWhitespace(code: number): boolean {
  return code === 32 || code === 9;
}

/** True for characters that make up names and numbers; everything outside ASCII counts. */
export function isWord(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 36 ||
    code > 127
  );
}

/**
 * True when whitespace between two characters separates them: two words (`return x`), or two signs that would be
 * another sign together (`a! = b`, `* /`). Brackets, commas, semicolons and quotes never join with a neighbour.
 */
export function isSeparator(before: number, after: number): boolean {
  if (isWord(before) !== isWord(after)) return false;
  return !standsAlone(before) && !standsAlone(after);
}

const ALONE = '()[]{},;"\'`';

function standsAlone(code: number): boolean {
  return ALONE.includes(String.fromCharCode(code));
}

/** Line comments, preprocessor lines and line continuations: what follows on the line, or the break itself, is bound. */
const BOUND_TO_ITS_LINE = /\/\/|#|\\$/;
/** Words after which a line break ends the statement in JavaScript and its kin. */
const ENDS_STATEMENT = /(?:^|[^\w$])(?:return|throw|break|continue|yield|async)$/;

/**
 * True when the line break between two lines of a `free` language may change the meaning, so that joining or breaking
 * there voids a review. `before` and `after` are the contents of the lines, neither of them empty.
 */
export function breakCounts(before: string, after: string): boolean {
  if (BOUND_TO_ITS_LINE.test(before) || ENDS_STATEMENT.test(before)) return true;
  if (isWord(before.charCodeAt(before.length - 1)) && isWord(after.charCodeAt(0))) return true;
  const [end, start] = [before.slice(-2), after.slice(0, 2)];
  return end === '++' || end === '--' || start === '++' || start === '--';
}
