import type { AllowedSigner } from './allowedSigners';

/**
 * All names by which the allowed signers call the person with an e-mail address, that address aside: of the lines that
 * name it, and of other lines with the same keys. Forge names (`@alice`, `@org/team`) make a git identity a member of
 * roles that hold such names. Patterns name nobody.
 */
export function namesByAddress(signers: readonly AllowedSigner[]): (email: string) => readonly string[] {
  const byKey = new Map<string, Set<string>>();
  for (const { key, patterns, certAuthority } of signers) {
    if (certAuthority) continue;
    const names = byKey.get(key.fingerprint) ?? new Set();
    byKey.set(key.fingerprint, names);
    for (const name of patterns.split(',')) if (!/[*?!]/.test(name)) names.add(name);
  }
  const byAddress = new Map<string, Set<string>>();
  for (const names of byKey.values()) {
    for (const name of names) {
      if (name.startsWith('@')) continue;
      const address = name.toLowerCase();
      const known = byAddress.get(address) ?? new Set();
      byAddress.set(address, known);
      for (const other of names) known.add(other);
    }
  }
  return (email) => [...(byAddress.get(email.toLowerCase()) ?? [])];
}
