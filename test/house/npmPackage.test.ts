import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { POLICY_PATH } from '../../src/core/layout';
import { save } from '../support/marking';
import { cleanEnvironment, TestRepository } from '../support/repository';

const ROOT = path.resolve(import.meta.dirname, '../..');
const POLICY = JSON.stringify({ version: 1, rules: [{ name: 'the core', paths: ['core/**'] }] });

describe('the npm package', function () {
  this.timeout(60_000);
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'taggant-npm-')));
  const environment = {
    ...cleanEnvironment(),
    npm_config_cache: path.join(folder, 'cache'),
    npm_config_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  };
  let tarball: string;
  let repository: TestRepository;

  before(() => {
    const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
    execFileSync('npm', args, { cwd: ROOT, env: environment, shell: process.platform === 'win32' });
    tarball = path.join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz'))!);
    repository = new TestRepository();
    repository.write(POLICY_PATH, POLICY);
    mkdirSync(repository.path('.github'));
    cpSync(tarball, repository.path('.github', 'taggant.tgz'));
    repository.commitAll();
    repository.git('checkout', '-q', '-b', 'work');
    save(repository, 'core/a.ts', '«const two = one + one;\n»');
    repository.commitAll();
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    repository.remove();
  });

  it('holds what runs and nothing else, and needs no other package', () => {
    const listed = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n').sort();
    const unexpected = listed.filter(
      (name) =>
        !/^package\/(dist\/(cli|server)\.js|media\/(hooks|schemas)\/[\w.-]+|package\.json|README\.md|LICENSE)$/.test(
          name,
        ),
    );
    assert.deepEqual(unexpected, []);
    assert.ok(listed.includes('package/dist/cli.js') && listed.includes('package/media/hooks/pre-commit.sh'));
    assert.equal(JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).dependencies, undefined);
  });

  it('is installed and runs without network', () => {
    const project = path.join(folder, 'project');
    mkdirSync(project);
    writeFileSync(path.join(project, 'package.json'), '{"private":true}');
    const options = { env: environment, encoding: 'utf8', shell: process.platform === 'win32' } as const;
    execFileSync('npm', ['install', '--silent', tarball], { ...options, cwd: project });
    assert.deepEqual(
      readdirSync(path.join(project, 'node_modules')).filter((name) => !name.startsWith('.')),
      ['taggant'],
    );
    execFileSync('git', ['clone', '-q', '--bare', repository.root, path.join(project, 'repo.git')], options);
    const args = ['--offline', '--prefix', project, 'taggant', 'check', '--range', 'main..work'];
    const finished = spawnSync('npx', args, { ...options, cwd: path.join(project, 'repo.git') });
    assert.equal(finished.status, 1, finished.stderr);
    assert.match(finished.stdout, /^core\/a\.ts:1: 1 line of unreviewed AI code/);
  });

  it('runs as the GitHub action does, with the program of the base branch', () => {
    if (process.platform === 'win32') return;
    const action = readFileSync(path.join(ROOT, 'docs/ci/github-action/action.yml'), 'utf8');
    const script = action
      .slice(action.indexOf('      run: |\n') + '      run: |\n'.length)
      .split('\n')
      .map((line) => line.slice(8))
      .join('\n');
    const run = (more: Record<string, string>) =>
      spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script], {
        cwd: repository.root,
        encoding: 'utf8',
        env: {
          ...cleanEnvironment(),
          ...{ RUNNER_TEMP: folder, PACKAGE: '.github/taggant.tgz', BASE: 'main', HEAD: 'HEAD' },
          ...{ FAIL_ON: 'warn', SARIF: '', WITH_SARIF: '', ...more },
        },
      });
    const sarif = path.join(folder, 'taggant.sarif');
    const red = run({ SARIF: sarif });
    assert.equal(red.status, 1, red.stderr);
    assert.match(red.stdout, /^::error title=Taggant%3A unreviewed,file=core\/a\.ts,line=1,/m);
    assert.equal(JSON.parse(readFileSync(sarif, 'utf8')).runs[0].results.length, 1);
    assert.equal(run({ BASE: 'HEAD' }).status, 0, 'nothing in an empty range');
    assert.match(run({ BASE: 'origin/nowhere' }).stdout, /^::error .*fetch-depth 0/m);
    assert.match(run({ PACKAGE: 'nowhere.tgz' }).stdout, /^::error .*has no nowhere\.tgz/m);
    assert.match(run({ WITH_SARIF: `${sarif}\n` }).stdout, /unreviewed/);
  });
});
