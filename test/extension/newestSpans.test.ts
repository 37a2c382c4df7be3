import assert from 'node:assert/strict';
import { newestSpans, type SpansWindow } from '../../src/extension/surfaces/newestSpans';
import type { SpansParams } from '../../src/protocol';

const URI = 'file:///a.txt';

/** A window whose document has gone one version further at each of the first `keys` answers. */
function windowWith(keys: number) {
  const said: string[] = [];
  let version = 2;
  const window: SpansWindow = {
    versionOf: (uri) => (uri === URI ? version : undefined),
    show: ({ spans }) => said.push(`show ${spans.length}`),
    ask: async (uri) => {
      said.push('ask');
      const answer: SpansParams = { uri, version, spans: [] };
      if (keys-- > 0) version++;
      return answer;
    },
    pause: async (milliseconds) => said.push(`pause ${milliseconds}`),
  };
  return { window, said };
}

describe('spans of the newest text', () => {
  it('are shown as they come when nothing was typed meanwhile', async () => {
    const { window, said } = windowWith(0);
    await newestSpans(window)({ uri: URI, version: 2, spans: [] });
    assert.deepEqual(said, ['show 0']);
  });

  it('are asked for at once, and ever more seldom while typing goes on', async () => {
    const { window, said } = windowWith(6);
    await newestSpans(window)({ uri: URI, version: 1, spans: [] });
    const pauses = [50, 100, 200, 400, 800, 800];
    assert.deepEqual(said, [...pauses.flatMap((pause) => ['ask', `pause ${pause}`]), 'ask', 'show 0']);
  });

  it('are asked for once, however many old ones come', async () => {
    const { window, said } = windowWith(0);
    const receive = newestSpans(window);
    const old = { uri: URI, version: 1, spans: [] };
    await Promise.all([receive(old), receive(old), receive(old)]);
    assert.deepEqual(said, ['ask', 'show 0']);
  });

  it('are asked for again after a question failed', async () => {
    const { window, said } = windowWith(0);
    let fails = true;
    const receive = newestSpans({
      ...window,
      ask: (uri) => {
        if (!fails) return window.ask(uri);
        fails = false;
        return Promise.reject(new Error('the server stopped'));
      },
    });
    const old = { uri: URI, version: 1, spans: [] };
    await assert.rejects(receive(old), /stopped/);
    await receive(old);
    assert.deepEqual(said, ['ask', 'show 0']);
  });

  it('are not asked for where the document was closed or nobody can be asked', async () => {
    const { window, said } = windowWith(0);
    await newestSpans(window)({ uri: 'file:///closed.txt', version: 1, spans: [] });
    await newestSpans({ ...window, ask: () => undefined })({ uri: URI, version: 1, spans: [] });
    assert.deepEqual(said, []);
  });
});
