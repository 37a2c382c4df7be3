import { live } from '../support/suites';
import { TestClient } from './client';
import { setUpRepository, type TestRepository } from './repository';

/**
 * A repository that is set up, for each test of a suite, and a language server that has it open. `prepare` fills the repository before
 * the server starts; `startAgain` starts another server, after the first one has ended.
 */
export function servedRepository(prepare: (repository: TestRepository) => void = () => {}): {
  readonly repository: TestRepository;
  readonly client: TestClient;
  readonly startAgain: () => Promise<void>;
} {
  let repository: TestRepository | undefined;
  let client: TestClient | undefined;
  const startAgain = async () => {
    client = await TestClient.start(repository!.root);
  };
  beforeEach(async () => {
    repository = setUpRepository();
    prepare(repository);
    await startAgain();
  });
  afterEach(async () => {
    if (client && client.child.exitCode === null && client.child.signalCode === null) await client.stop();
    repository?.remove();
    [client, repository] = [undefined, undefined];
  });
  return { repository: live(() => repository), client: live(() => client), startAgain };
}
