/** Who somebody is to the policy: the roles of a person who is known by e-mail addresses and forge names. */
import type { Policy } from './policy';

/** The member of a role that stands for everybody whom no role names otherwise. */
const EVERYBODY_ELSE = '*';
/** The member of a role that stands for the owners of the file in question. */
const OWNERS = '@codeowners';

/** The e-mail address of a git identity (`Name <email>`) in lower case, or the whole identity where it has none in `< >`. */
export function emailOf(identity: string): string {
  const start = identity.lastIndexOf('<');
  const end = identity.indexOf('>', start);
  return folded(start >= 0 && end > start ? identity.slice(start + 1, end) : identity);
}

/**
 * The roles of a person for one file. `principals` are all names the person is known by: e-mail addresses, forge names
 * (`@alice`, `@org/team`); `owners` are the file's owners by CODEOWNERS. Upper and lower case are the same. A role with
 * `*` has everybody whom no role names otherwise. Somebody of whom nothing is known (no principals) has no role.
 */
export function rolesOf(
  policy: Pick<Policy, 'roles'>,
  principals: readonly string[],
  owners: readonly string[],
): Set<string> {
  const known = new Set(principals.map(folded).filter((name) => name !== ''));
  if (known.size === 0) return new Set();
  const domains = new Set([...known].map(domainOf).filter((domain) => domain !== null));
  const isOwner = owners.some((owner) => known.has(folded(owner)));
  const isNamed = (member: string): boolean => {
    if (member === EVERYBODY_ELSE) return false;
    if (member === OWNERS) return isOwner;
    return member.startsWith('*@') ? domains.has(member.slice(2)) : known.has(member);
  };
  const roles = Object.entries(policy.roles).map(([role, members]) => ({
    role,
    members: members.map(folded),
  }));
  const named = roles.filter(({ members }) => members.some(isNamed));
  const held = named.length > 0 ? named : roles.filter(({ members }) => members.includes(EVERYBODY_ELSE));
  return new Set(held.map(({ role }) => role));
}

function domainOf(principal: string): string | null {
  const at = principal.lastIndexOf('@');
  return at > 0 ? principal.slice(at + 1) : null;
}

function folded(name: string): string {
  return name.trim().normalize('NFC').toLowerCase();
}
