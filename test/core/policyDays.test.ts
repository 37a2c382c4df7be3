import assert from 'node:assert/strict';
import fc from 'fast-check';
import { daysBetween, isCalendarDay } from '../../src/core/days';
import { activeRulesFor, type Policy, parsePolicy, policyNotices, rulesFor } from '../../src/core/policy';

function policyOf(days: { from?: string; until?: string }): Policy {
  const rules = [{ name: 'checkout', paths: ['a/**'], ...days }];
  return parsePolicy(JSON.stringify({ version: 1, rules })).policy!;
}

describe('temporary rules', () => {
  const table: [days: { from?: string; until?: string }, day: string, holds: boolean, says: string][] = [
    [{}, '2026-05-01', true, ''],
    [{ until: '2026-05-01' }, '2026-05-02', false, 'ended on 2026-05-01 and holds no more.'],
    [{ until: '2026-05-01' }, '2026-05-01', true, 'ends today, on 2026-05-01.'],
    [{ until: '2026-05-01' }, '2026-04-30', true, 'ends in 1 day, on 2026-05-01.'],
    [{ until: '2026-05-01' }, '2026-04-17', true, 'ends in 14 days, on 2026-05-01.'],
    [{ until: '2026-05-01' }, '2026-04-16', true, ''],
    [{ from: '2026-05-01' }, '2026-04-30', false, 'holds from 2026-05-01 on, not yet.'],
    [{ from: '2026-05-01' }, '2026-05-01', true, ''],
    [{ from: '2026-05-01', until: '2026-05-01' }, '2026-05-01', true, 'ends today, on 2026-05-01.'],
    [{ from: '2026-05-01', until: '2026-05-03' }, '2026-04-30', false, 'holds from 2026-05-01 on, not yet.'],
  ];
  for (const [days, day, holds, says] of table) {
    it(`${JSON.stringify(days)} ${holds ? 'holds' : 'does not hold'} on ${day}${says && ' and says so'}`, () => {
      const policy = policyOf(days);
      assert.equal(rulesFor(policy, 'a/b').length, 1);
      assert.equal(activeRulesFor(policy, 'a/b', day).length, holds ? 1 : 0);
      assert.deepEqual(activeRulesFor(policy, 'b', day), []);
      assert.deepEqual(policyNotices(policy, day), says ? [`The rule "checkout" ${says}`] : []);
    });
  }
});

describe('days', () => {
  it('are those of the calendar', () => {
    const day = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    const shown = (date: Date): string => date.toISOString().slice(0, 10);
    fc.assert(
      fc.property(day, fc.integer({ min: -40_000, max: 40_000 }), (date, distance) => {
        assert.ok(isCalendarDay(shown(date)));
        const other = new Date(date);
        other.setUTCDate(other.getUTCDate() + distance);
        fc.pre(/^\d{4}-/.test(shown(other)));
        assert.equal(daysBetween(shown(date), shown(other)), distance);
      }),
    );
    for (const no of [
      '2026-02-29',
      '2100-02-29',
      '2026-04-31',
      '2026-00-01',
      '2026-13-01',
      '2026-01-00',
      '26-1-1',
    ])
      assert.equal(isCalendarDay(no), false, no);
    for (const yes of ['2024-02-29', '2000-02-29', '2026-12-31']) assert.ok(isCalendarDay(yes), yes);
  });
});
