/** Longer texts (UTF-16 code units) are not followed: their lines would fill a sidecar that nobody could merge. */
export const MAX_TRACKED_CHARACTERS = 5_000_000;
