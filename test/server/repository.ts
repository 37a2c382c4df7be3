import { TestRepository } from '../support/repository';

export { TestRepository };

/** A repository that takes sidecars and whose policy holds commits for services/checkout. */
export function setUpRepository(enforcement: 'warn' | 'block' = 'block'): TestRepository {
  const repository = new TestRepository();
  repository.write('.taggant/version', '1\n');
  const rule = { name: 'checkout', paths: ['services/checkout/**'], enforcement };
  repository.write('.taggant/policy.json', JSON.stringify({ version: 1, rules: [rule] }));
  repository.write('README.md', '# Shop\n');
  repository.commitAll();
  return repository;
}
