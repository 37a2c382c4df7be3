import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';

/** The floors of the house: what each may import of the others. Arrows only go down. */
const FLOORS: Record<string, readonly string[]> = {
  core: [],
  repo: ['core'],
  engine: ['core', 'repo'],
  protocol: ['core'],
  server: ['core', 'repo', 'engine', 'protocol'],
  cli: ['core', 'repo', 'engine'],
  extension: ['core', 'protocol'],
};
const SRC = path.resolve(import.meta.dirname, '../../src');

interface Import {
  readonly file: string;
  readonly floor: string;
  readonly specifier: string;
}

function importsOf(file: string): string[] {
  const source = readFileSync(path.join(SRC, file), 'utf8');
  const forms = [
    /\bfrom\s+'([^']+)'/g,
    /\bimport\s+'([^']+)'/g,
    /\bimport\(\s*'([^']+)'\s*\)/g,
    /\brequire\(\s*'([^']+)'\s*\)/g,
  ];
  return forms.flatMap((form) => [...source.matchAll(form)].map((match) => match[1]!));
}

function floorOf(file: string): string {
  return file.split('/')[0]!.replace(/\.ts$/, '');
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((file) => file.split(path.sep).join('/'))
  .filter((file) => file.endsWith('.ts'));
const imports: Import[] = files.flatMap((file) =>
  importsOf(file).map((specifier) => ({ file, floor: floorOf(file), specifier })),
);

describe('the floors of the house', () => {
  it('holds every source file', () => {
    const strangers = files.filter((file) => !(floorOf(file) in FLOORS));
    assert.deepEqual(strangers, []);
    assert.ok(imports.length > 100, 'imports are found at all');
  });

  it('has arrows that only go down', () => {
    const wrong = imports.filter(({ file, floor, specifier }) => {
      if (!specifier.startsWith('.') || specifier.endsWith('.json')) return false;
      const target = floorOf(path.posix.join(path.posix.dirname(file), specifier));
      return target !== floor && !FLOORS[floor]!.includes(target);
    });
    assert.deepEqual(wrong, []);
  });

  it('keeps the core pure: no Node, no editor', () => {
    const wrong = imports.filter(
      ({ floor, specifier }) =>
        floor === 'core' &&
        (specifier.startsWith('node:') || specifier === 'vscode' || builtinModules.includes(specifier)),
    );
    assert.deepEqual(wrong, []);
  });

  it('keeps the editor in the extension, and its protocol out of the lower floors', () => {
    const wrong = imports.filter(
      ({ floor, specifier }) =>
        (specifier === 'vscode' && floor !== 'extension') ||
        (specifier.startsWith('vscode-language') && !['server', 'extension'].includes(floor)),
    );
    assert.deepEqual(wrong, []);
  });

  it('imports only types into the protocol', () => {
    const source = readFileSync(path.join(SRC, 'protocol.ts'), 'utf8');
    assert.doesNotMatch(source, /^import (?!type )/m);
  });
});
