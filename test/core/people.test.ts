import assert from 'node:assert/strict';
import fc from 'fast-check';
import { emailOf, rolesOf } from '../../src/core/people';
import { parsePolicy } from '../../src/core/policy';

const ROLES = {
  senior: ['Alice@Example.com', '@bob', '@org/payments', '@CODEOWNERS'],
  security: ['*@security.example.com'],
  junior: ['*', 'trainee@example.com'],
};

function roles(principals: string[], owners: string[] = [], of: Record<string, string[]> = ROLES): string[] {
  return [...rolesOf({ roles: of }, principals, owners)];
}

describe('people', () => {
  it('have the e-mail address of their git identity', () => {
    assert.equal(emailOf('Alice Doe <Alice@Example.com>'), 'alice@example.com');
    assert.equal(emailOf('Alice <3 Doe <alice@example.com>'), 'alice@example.com');
    assert.equal(emailOf('alice@example.com'), 'alice@example.com');
    assert.equal(emailOf('Alice <>'), '');
    assert.equal(emailOf('Alice < alice@example.com'), 'alice < alice@example.com');
  });

  it('have a role by e-mail address, domain, forge name or team, in any case', () => {
    assert.deepEqual(roles(['ALICE@example.com']), ['senior']);
    assert.deepEqual(roles(['someone@example.com', '@Bob']), ['senior']);
    assert.deepEqual(roles(['x@example.com', '@org/payments']), ['senior']);
    assert.deepEqual(roles(['eve@Security.example.com']), ['security']);
    assert.deepEqual(roles(['alice@example.com', 'eve@security.example.com']), ['senior', 'security']);
  });

  it('are everybody else when no role names them', () => {
    assert.deepEqual(roles(['zoe@example.com']), ['junior']);
    assert.deepEqual(roles(['trainee@example.com']), ['junior']);
    assert.deepEqual(roles(['x@sub.security.example.com']), ['junior']);
    assert.deepEqual(roles(['bob@example.com']), ['junior'], 'a name before the @ is no forge name');
  });

  it('own files by CODEOWNERS', () => {
    assert.deepEqual(roles(['zoe@example.com'], ['@org/shop', 'Zoe@Example.com']), ['senior']);
    assert.deepEqual(roles(['zoe@example.com', '@org/shop'], ['@ORG/shop']), ['senior']);
    assert.deepEqual(roles(['zoe@example.com'], ['@zoe']), ['junior']);
    assert.deepEqual(roles(['zoe@example.com'], []), ['junior']);
  });

  it('have no role when nothing is known of them', () => {
    assert.deepEqual(roles([], ['']), []);
    assert.deepEqual(roles([''], ['']), []);
  });

  it('cannot take a role by calling themselves as a member is written', () => {
    assert.deepEqual(roles(['*']), ['junior']);
    assert.deepEqual(roles(['*', 'alice@example.com']), ['senior']);
    assert.deepEqual(roles(['@security.example.com']), ['junior']);
    assert.deepEqual(roles(['@CODEOWNERS']), ['junior']);
    assert.deepEqual(roles(['*'], [], { all: ['*'], named: ['a@example.com'] }), ['all']);
    assert.deepEqual(roles(['x'], [], JSON.parse('{"constructor":["x"]}')), ['constructor']);
  });

  it('have no fewer roles for one more name, but for "everybody else"', () => {
    const member = fc.constantFrom('a@x', 'b@x', 'c@y', '@a', '@o/t', '*@x', '@CODEOWNERS', '*');
    const name = fc.constantFrom('a@x', 'B@x', 'c@y', '@a', '@O/t', 'd@z');
    const names = fc.array(name, { maxLength: 3 });
    const given = fc.dictionary(fc.constantFrom('r', 's', 't'), fc.array(member, { minLength: 1 }));
    fc.assert(
      fc.property(given, names, name, names, (of, principals, more, owners) => {
        const fewer = roles(principals, owners, of);
        const now = new Set(roles([...principals, more], owners, of));
        for (const role of fewer) assert.ok(now.has(role) || of[role]!.includes('*'));
        assert.deepEqual(roles([...principals, more], owners, of), roles([more, ...principals], owners, of));
      }),
    );
  });

  it('are the roles of the policy', () => {
    const { policy } = parsePolicy(JSON.stringify({ version: 1, roles: ROLES, rules: [] }));
    assert.deepEqual([...rolesOf(policy!, ['@bob'], [])], ['senior']);
  });
});
