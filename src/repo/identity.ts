import { git, type Repository } from './git';
import { Problem } from './problem';

/**
 * Who git says works here, `Name <email>`.
 * @throws Problem when git does not know
 */
export async function authorIdentity(repo: Repository): Promise<string> {
  try {
    const ident = (await git(repo, ['var', 'GIT_AUTHOR_IDENT'])).toString('utf8');
    return ident.replace(/ \d+ [+-]\d{4}\s*$/, '').trim();
  } catch (error) {
    throw new Problem(
      'usage',
      'Git does not know who you are: run "git config user.name" and "git config user.email" with your name and address.',
      { cause: error },
    );
  }
}
