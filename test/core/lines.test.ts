import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeHash, hashLines, lineAt, lineHash, splitLines } from '../../src/core/lines';

/** Contents of the lines of a text, as splitLines sees them. */
function contents(text: string): string[] {
  const lines = splitLines(text);
  return Array.from({ length: lines.count }, (_, k) => text.slice(lines.starts[k], lines.ends[k]));
}

/** FNV-1a as written in its specification, over bytes that Node made. */
function reference(line: string): string {
  let hash = 0x811c9dc5n;
  for (const byte of Buffer.from(line, 'utf8')) hash = ((hash ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn;
  const folded = (hash ^ (hash >> 12n) ^ (hash >> 24n)) & 0xfffn;
  return Buffer.from([Number(folded >> 4n), Number(folded & 15n) << 4])
    .toString('base64url')
    .slice(0, 2);
}

const anyText = fc
  .array(fc.constantFrom('a', ' ', '\n', '\r\n', '\r', 'é', '漢', '😀', '\ud83d', '\u2028', 'x'), {
    maxLength: 40,
  })
  .map((parts) => parts.join(''));

describe('lines', () => {
  it('end at \\n, and the \\r before it is no content', () => {
    assert.deepEqual(contents('a\nb\r\nc'), ['a', 'b', 'c']);
    assert.deepEqual(contents('a\n\n'), ['a', '']);
    assert.deepEqual(contents(''), []);
    assert.deepEqual(contents('\n'), ['']);
    assert.deepEqual(contents('a\rb\nc\r'), ['a\rb', 'c\r']);
    assert.deepEqual(contents('a\r\r\n'), ['a\r']);
    assert.deepEqual(contents('a\u2028b\u0085c'), ['a\u2028b\u0085c']);
  });

  it('leave out a byte order mark', () => {
    assert.deepEqual(contents('\ufeffa\nb'), ['a', 'b']);
    assert.deepEqual(contents('\ufeff'), []);
    assert.deepEqual(contents('a\n\ufeffb'), ['a', '\ufeffb']);
    assert.equal(splitLines('\ufeffa\nb').starts[0], 1);
  });

  it('cover the text without gaps', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { count, starts, ends } = splitLines(text);
        assert.equal(count, text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0));
        assert.equal(starts[count], text.length);
        assert.equal(starts.length, count + 1);
        assert.equal(ends.length, count);
        for (let k = 0; k < count; k++) {
          assert.match(text.slice(ends[k], starts[k + 1]), k + 1 < count ? /^\r?\n$/ : /^(\r?\n)?$/);
          assert.ok(!text.slice(starts[k], ends[k]).includes('\n'));
        }
      }),
    );
  });

  it('are found by offset', () => {
    fc.assert(
      fc.property(anyText, fc.nat(60), (text, offset) => {
        const lines = splitLines(text);
        const line = lineAt(lines, offset);
        if (lines.count === 0) return assert.equal(line, -1);
        assert.ok(line === 0 || lines.starts[line]! <= offset);
        assert.ok(line === lines.count - 1 || offset < lines.starts[line + 1]!);
      }),
    );
  });

  it('grow past the first guess of their number', () => {
    assert.equal(splitLines('\n'.repeat(100_000)).count, 100_000);
  });
});

describe('line hashes', () => {
  it('have the values that docs/sidecar.md gives', () => {
    assert.equal(lineHash(''), reference(''));
    assert.equal(lineHash(''), 'yN');
    assert.equal(lineHash('}'), 'iU');
    assert.equal(lineHash('const a = 1;'), 'xM');
    assert.equal(lineHash('größe = "漢字 😀"'), '5D');
  });

  it('are FNV-1a over UTF-8, folded to 12 bits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (line) => {
        assert.equal(lineHash(line), reference(line));
      }),
    );
  });

  it('tell lone surrogates apart', () => {
    assert.notEqual(lineHash('\ud83d'), lineHash('\ufffd'));
    assert.notEqual(lineHash('\ud83d'), lineHash('\ude00'));
  });

  it('do not change with the terminators or a byte order mark', () => {
    const unix = 'first\nsecond\n\nfourth';
    const hashes = (text: string) => [...hashLines(text, splitLines(text))].map(encodeHash);
    assert.deepEqual(hashes(unix.replaceAll('\n', '\r\n')), hashes(unix));
    assert.deepEqual(hashes(`\ufeff${unix}`), hashes(unix));
    assert.deepEqual(hashes(`${unix}\n`), hashes(unix));
  });

  it('spread over all values', () => {
    const counts = new Map<string, number>();
    for (let k = 0; k < 40_960; k++) {
      const hash = lineHash(`  return value${k};`);
      counts.set(hash, (counts.get(hash) ?? 0) + 1);
    }
    assert.equal(counts.size, 4096);
    assert.ok(Math.max(...counts.values()) < 40, 'ten are expected of each');
  });
});
