import assert from 'node:assert/strict';
import { contributionId, contributionJson } from '../../src/core/contribution';
import { contributionPath, POLICY_PATH, statementPath, VERSION_PATH } from '../../src/core/layout';
import { loadContribution, loadKnowledge, parseContribution } from '../../src/engine/knowledge';
import { markReviewed } from '../../src/engine/review';
import { commitTree, FILE_LIMIT, workingTree } from '../../src/repo/tree';
import { AI, CONTRIBUTION, marked, setUp } from '../support/marking';
import { freshRepository, opened } from '../support/suites';

describe('loadKnowledge', () => {
  const repository = freshRepository();
  const repo = opened(repository);

  it('is empty in a repository that says nothing', async () => {
    assert.deepEqual(await loadKnowledge(workingTree(repo)), {
      policy: null,
      policyProblems: [],
      statements: [],
      contributions: new Map(),
      problems: [],
    });
  });

  it('reads policy, statements and contributions, from any tree', async () => {
    setUp(repository);
    repository.write(POLICY_PATH, '{"version":1,"rules":[{"name":"r","paths":["**"]}]}');
    const who = { who: 'Ada <a@example.com>', time: new Date(0) };
    const statement = await markReviewed(repo, [{ path: 'a.ts', ...marked('«ai();\n»') }], who);
    repository.commitAll();
    const head = commitTree(repo, 'HEAD');
    for (const tree of [workingTree(repo), head]) {
      const { policy, policyProblems, statements, contributions, problems } = await loadKnowledge(tree);
      assert.equal(policy?.rules[0]?.name, 'r');
      assert.deepEqual(statements, [statement]);
      assert.deepEqual([...contributions], [[AI, CONTRIBUTION]]);
      assert.deepEqual([policyProblems, problems], [[], []]);
    }
    head.dispose();
  });

  it('leaves out what makes no sense, and says so', async () => {
    setUp(repository);
    const json = contributionJson(CONTRIBUTION);
    repository.write(contributionPath('AAAAAA'), json);
    repository.write(contributionPath('x'), json);
    repository.write(contributionPath('BBBBBB'), '{"author":1}');
    repository.write(contributionPath('CCCCCC'), Buffer.from([0, 255, 1]));
    repository.write(statementPath('cut-off'), '{"version":1,"ki');
    repository.write(statementPath('not an id'), '{}');
    repository.write('.taggant/statements/readme.txt', 'not ours');
    repository.write(statementPath('huge'), Buffer.alloc(9 * 1024 * 1024, 'x'));
    repository.write(contributionPath('DDDDDD'), Buffer.alloc(FILE_LIMIT + 1, 'x'));
    const { statements, contributions, problems } = await loadKnowledge(workingTree(repo));
    assert.deepEqual(statements, []);
    assert.deepEqual([...contributions.keys()], [AI]);
    assert.equal(problems.length, 8, problems.join('\n'));
    for (const problem of problems) assert.ok(!problem.includes('\n'));
    assert.ok(problems.some((problem) => /huge\.json was left out: it is larger than 8 MiB/.test(problem)));
  });

  it('tells a bounded number of problems', async () => {
    for (let i = 0; i < 200; i++) repository.write(contributionPath(`AAAAA${i}`), '{}');
    assert.equal((await loadKnowledge(workingTree(repo))).problems.length, 50);
  });

  it('has no policy when it has a mistake, and keeps its text for the place', async () => {
    repository.write(POLICY_PATH, '{"version":1}');
    const { policy, policyProblems, policyText } = await loadKnowledge(workingTree(repo));
    assert.equal(policy, null);
    assert.equal(policyText, '{"version":1}');
    assert.ok(policyProblems.length > 0);
  });

  it('refuses a newer format', async () => {
    setUp(repository);
    repository.write(VERSION_PATH, '2\n');
    await assert.rejects(loadKnowledge(workingTree(repo)), {
      kind: 'newer-version',
      message: /format 2.*update Taggant/,
    });
  });
});

describe('parseContribution', () => {
  it('takes only what its name is the hash of', () => {
    const json = contributionJson(CONTRIBUTION);
    assert.deepEqual(parseContribution(json, AI), CONTRIBUTION);
    assert.deepEqual(parseContribution(`${json}\n`, contributionId(CONTRIBUTION, 20)), CONTRIBUTION);
    assert.equal(parseContribution(json.replace('gpt-5', 'gpt-6'), AI), null);
    assert.equal(parseContribution(json, '../../x'), null);
    assert.equal(parseContribution('null', AI), null);
    assert.equal(parseContribution('[]', AI), null);
    const proto = '{"__proto__":{"author":"x","day":"y","evidence":"exact"}}';
    assert.equal(parseContribution(proto, AI), null);
  });

  it('refuses fields that are no text, or too long', () => {
    for (const change of [{ tool: 1 }, { author: 'x'.repeat(1001) }, { evidence: 'guess' }, { day: null }]) {
      const value = { ...CONTRIBUTION, ...change } as typeof CONTRIBUTION;
      assert.equal(
        parseContribution(JSON.stringify(value), contributionId(value)),
        null,
        JSON.stringify(change),
      );
    }
  });
});

describe('loadContribution', () => {
  it('takes the first tree that has it', async () => {
    const tree = (content: string | null) => ({
      read: async () => (content === null ? null : Buffer.from(content)),
    });
    const json = contributionJson(CONTRIBUTION);
    assert.deepEqual(await loadContribution([tree(null), tree('broken'), tree(json)], AI), CONTRIBUTION);
    assert.equal(await loadContribution([tree(null)], AI), null);
  });
});
