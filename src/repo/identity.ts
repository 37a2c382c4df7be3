import { git, type Repository } from './git';
import { Problem } from './problem';

/**
 * Who git says works here, `Name <email>`.
 * @throws Problem when git does not know
 */
export function authorIdentity(repo: Repository): Promise<string> {
  return identity(repo, 'GIT_AUTHOR_IDENT');
}

/** Who git says makes a commit now, which may be of somebody else's work. @throws Problem when git does not know */
export function committerIdentity(repo: Repository): Promise<string> {
  return identity(repo, 'GIT_COMMITTER_IDENT');
}

async function identity(repo: Repository, variable: string): Promise<string> {
  try {
    const ident = (await git(repo, ['var', variable])).toString('utf8');
    return ident.replace(/ \d+ [+-]\d{4}\s*$/, '').trim();
  } catch (error) {
    throw new Problem(
      'usage',
      'Git does not know who you are: run "git config user.name" and "git config user.email" with your name and address.',
      { cause: error },
    );
  }
}
