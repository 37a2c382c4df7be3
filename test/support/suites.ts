/** What suites set up before their tests and take away after them. Call these at the beginning of a `describe`. */
import { openRepository, type Repository } from '../../src/repo/git';
import { Program } from './program';
import { TestRepository } from './repository';

/** Stands for an object that each test has one of its own of: whatever is asked of it, the newest answers. */
export function live<T extends object>(newest: () => T | undefined): T {
  const now = () => {
    const there = newest();
    if (!there) throw new Error('it is there only while a test runs');
    return there;
  };
  return new Proxy({} as T, {
    get(_, name) {
      const value: unknown = Reflect.get(now(), name);
      return typeof value === 'function' ? value.bind(now()) : value;
    },
    has: (_, name) => Reflect.has(now(), name),
    ownKeys: () => Reflect.ownKeys(now()),
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(now(), name),
  });
}

/** The command line, built once for the suite. */
export function builtProgram(): Program {
  let program: Program | undefined;
  before(async function () {
    this.timeout(60_000);
    program = await Program.build();
  });
  after(() => program?.remove());
  return live(() => program);
}

/** A repository of its own for each test. */
export function freshRepository(): TestRepository;
export function freshRepository<R extends TestRepository>(make: () => R): R;
export function freshRepository(make: () => TestRepository = () => new TestRepository()): TestRepository {
  let repository: TestRepository | undefined;
  beforeEach(() => {
    repository = make();
  });
  afterEach(() => {
    repository?.remove();
    repository = undefined;
  });
  return live(() => repository);
}

/** The same repository as the engine sees it. */
export function opened(repository: TestRepository): Repository {
  let repo: Repository | undefined;
  beforeEach(async () => {
    repo = await openRepository(repository.root);
  });
  return live(() => repo);
}
