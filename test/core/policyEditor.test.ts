import assert from 'node:assert/strict';
import { getLanguageService, TextDocument } from 'vscode-json-languageservice';
import schema from '../../media/schemas/policy.schema.json';
import { PRESETS } from '../../src/core/presets';

/** What VS Code's own JSON support makes of the policy's schema. */
describe('the policy in the editor', () => {
  const service = getLanguageService({});
  service.configure({ schemas: [{ uri: 'policy', fileMatch: ['*'], schema: schema as object }] });

  /** The policy and the place of the cursor, `^` in the text. */
  function placed(text: string) {
    const offset = text.indexOf('^');
    const document = TextDocument.create('file:///policy.json', 'jsonc', 1, text.replace('^', ''));
    return { document, place: document.positionAt(offset), json: service.parseJSONDocument(document) };
  }
  async function offered(text: string): Promise<string[]> {
    const { document, place, json } = placed(text);
    return (await service.doComplete(document, place, json))!.items.map(({ label }) => label);
  }

  it('completes keys, values, presets, members, and whole rules', async () => {
    assert.deepEqual(await offered('{ ^ }'), ['$schema', 'version', 'roles', 'rules', 'limits', 'onError']);
    assert.deepEqual(await offered('{ "rules": [ { "preset": ^ } ] }'), Object.keys(PRESETS).map(quoted));
    assert.deepEqual(await offered('{ "rules": [ { "preset": [^] } ] }'), Object.keys(PRESETS).map(quoted));
    assert.deepEqual(await offered('{ "rules": [ { "signOff": { ^ } } ] }'), [
      'role',
      'count',
      'notAuthor',
      'hardwareKey',
      'maxAgeDays',
    ]);
    assert.deepEqual(await offered('{ "rules": [^] }'), [
      'New rule',
      'New rule with sign-off',
      'New rule from a preset',
      'New temporary rule',
    ]);
    assert.ok((await offered('{ "roles": { "senior": [^] } }')).includes('"@CODEOWNERS"'));
    assert.deepEqual(await offered('{ "rules": [ { "unmark": ^ } ] }'), [
      '"with-reason"',
      '"sign-off"',
      '"never"',
    ]);
  });

  it('says on hovering what a key and its value mean', async () => {
    const { document, place, json } = placed('{ "rules": [ { "preset": "^payments" } ] }');
    const hover = JSON.stringify((await service.doHover(document, place, json))?.contents);
    assert.match(hover, /Critical paths that ship with Taggant/);
    assert.match(hover, /Money: payments, prices/);
  });

  it('describes every key and every value one can choose', () => {
    let keys = 0;
    const visit = (part: unknown, name: string): void => {
      if (typeof part !== 'object' || part === null) return;
      const { properties, enum: values, enumDescriptions, ...others } = part as Record<string, unknown>;
      if (Array.isArray(values)) {
        assert.equal((enumDescriptions as string[] | undefined)?.length, values.length, name);
      }
      for (const [key, value] of Object.entries((properties as object | undefined) ?? {})) {
        assert.match((value as { description?: string }).description ?? '', /^.{20,}\.$/, `${name}/${key}`);
        keys++;
        visit(value, `${name}/${key}`);
      }
      for (const [key, value] of Object.entries(others)) visit(value, `${name}/${key}`);
    };
    visit(schema, '#');
    assert.ok(keys > 25, `${keys} keys`);
  });
});

function quoted(text: string): string {
  return JSON.stringify(text);
}
