/** How tests in the extension host wait for an editor that does what it is asked for a little later, or not at all. */

export function pause(milliseconds = 25): Promise<void> {
  return new Promise((next) => setTimeout(next, milliseconds));
}

/** Asks often, and fails naming `what` after `timeout` milliseconds. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeout = 20_000,
): Promise<void> {
  for (const deadline = Date.now() + timeout; !(await condition()); await pause()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
  }
}

/**
 * Acts, and acts again when that had no effect for `patience` milliseconds: the editor drops what it was asked for when
 * something else comes between (a cursor that has just moved asks for quick fixes, too), and providers and parsers need a
 * moment. An act that may still come must do nothing when it comes twice.
 */
export async function actUntil(
  what: string,
  isDone: () => boolean,
  act: () => PromiseLike<unknown>,
  patience = 50,
): Promise<void> {
  await until(what, async () => {
    if (isDone()) return true;
    await act();
    for (const next = Date.now() + patience; !isDone() && Date.now() < next; ) await pause();
    return isDone();
  });
}
