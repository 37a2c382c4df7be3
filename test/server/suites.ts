import { existsSync, readdirSync } from 'node:fs';
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

/**
 * What the language server has written down of the documents of a repository: one text for each journal. A server makes the folder with its
 * first journal, and puts each whole text in place of the one before.
 */
export function readJournals(repository: TestRepository): string[] {
  const folder = '.git/taggant/journal';
  if (!existsSync(repository.path(folder))) return [];
  return readdirSync(repository.path(folder)).flatMap((name) => {
    try {
      return [repository.read(`${folder}/${name}`)];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // it was put aside in this moment
      throw error;
    }
  });
}
