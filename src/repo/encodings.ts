import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { git, type Repository } from './git';

/** Git's own rule for what is no text: a NUL in the first 8,000 bytes. */
const BINARY_CHECK = 8000;

/**
 * The bytes that git records of a file of the working tree, as far as its encoding goes: UTF-8 where the attribute
 * `working-tree-encoding` names another encoding. Line ends and filters are left alone. Git is asked only about files that are
 * no UTF-8; what cannot be decoded stays as it is.
 */
export async function inUtf8(repo: Repository, path: string, bytes: Buffer): Promise<Buffer> {
  if (!bytes.subarray(0, BINARY_CHECK).includes(0) && isUtf8(bytes)) return bytes;
  const decoder = decoderOf(await encodingOf(repo, path), bytes);
  try {
    return decoder ? Buffer.from(decoder.decode(bytes), 'utf8') : bytes;
  } catch {
    return bytes;
  }
}

/** What `.gitattributes` says; null where it says nothing, or git cannot be asked. */
async function encodingOf(repo: Repository, path: string): Promise<string | null> {
  const output = await git(repo, ['check-attr', '-z', 'working-tree-encoding', '--', path]).catch(() => null);
  const value = output?.toString('utf8').split('\0')[2];
  return value === undefined || ['unspecified', 'set', 'unset', ''].includes(value) ? null : value;
}

/** The names are iconv's. UTF-16 without an order is big-endian where the text has no byte order mark. */
function decoderOf(encoding: string | null, bytes: Buffer): TextDecoder | null {
  if (encoding === null) return null;
  const name = encoding.toLowerCase().replace(/-bom$/, '');
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const label = name === 'utf-16' ? (isLittle ? 'utf-16le' : 'utf-16be') : name;
  try {
    return new TextDecoder(label, { fatal: true });
  } catch {
    return null;
  }
}
