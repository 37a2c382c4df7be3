import { sidecarPath } from '../core/layout';
import type { LiveDocument } from '../core/liveDocument';
import { joinSpans, NO_MARKS, type Span } from '../core/marks';
import { parseSidecar, readSidecar } from '../core/sidecar';
import { inside, outside, together } from '../core/spanSets';
import { incomingSides } from '../repo/incoming';
import { textOrNull } from '../repo/text';
import { commitTree, indexTree, type Tree } from '../repo/tree';
import type { Laid } from './clipboard';
import { madeLately } from './madeHere';
import type { LiveMarks } from './marksOnDisk';
import { readTextOf, UNREADABLE } from './readTextOf';
import type { RepositoryState } from './repositoryState';
import { ask, type Voice, wholeLinesVoice } from './voices';

/** Lines without marks say whose they are only where so many characters of them, white space apart, come together. */
const LEAST_INK = 20;
/** How often a text that goes on meanwhile is looked up anew. */
const TRIES = 5;

/** A document in which text came back. */
export interface Returned {
  text(): string;
  /** Where that text is, as [start, end) in order. */
  places(): readonly { readonly start: number; readonly end: number }[];
}

/** Looks at text that came back into one live document, one after the other. */
export class Recalls {
  #done: Promise<void> = Promise.resolve();

  constructor(
    private readonly state: RepositoryState,
    private readonly path: string,
    private readonly live: Pick<LiveMarks, 'text' | 'document'>,
    /** Is given labels, if there are any, while the text is still the one that they are for. */
    private readonly found: (live: LiveDocument, labels: readonly Laid[]) => void,
  ) {}

  /** Resolves when all that was asked for so far is known. */
  get done(): Promise<void> {
    return this.#done;
  }

  /** Text of `version` was explained by nobody, or may be git's all the same: it is what git says of it. */
  add(live: LiveDocument, version: number): void {
    if (this.state.restricted) return;
    const places = () => (this.live.document() === live ? live.placesOf(version) : []);
    this.#done = this.#done
      .then(async () => {
        const labels = await recalled(this.state, this.path, { text: () => this.live.text(), places });
        if (labels.length > 0) this.found(live, labels);
      })
      .catch((error: Error) => this.state.report(`marks of ${this.path}`, error.message));
  }
}

/**
 * What git says of text that came into a document and that nobody explained: lines of the index, of HEAD or of what is being
 * merged, which came back as they stand there. Answers the labels that they have there, null for none, in offsets of the text
 * of now; nothing where the text does not stand still.
 */
async function recalled(state: RepositoryState, path: string, document: Returned): Promise<readonly Laid[]> {
  for (let i = 0; i < TRIES; i++) {
    if (document.places().length === 0) return [];
    const text = document.text();
    const voices = await voicesOf(state, path);
    if (document.text() !== text) continue;
    const places = document.places().map((place) => ({ ...place, label: '' }));
    const marked = inside(ask([...voices, SILENT], text).marks.spans, places);
    const known = voices.reduce<Span[]>((all, voice) => together(all, joined(voice.known(text))), []);
    const unmarked = outside(inside(joined(known), places), marked).filter(
      ({ start, end }) => inkOf(text.slice(start, end)) >= LEAST_INK,
    );
    const found = together(marked, unmarked);
    if (found.length === 0) return [];
    // The ends of lines that came back are nobody's.
    const blank = outside(places, found).filter(({ start, end }) => inkOf(text.slice(start, end)) === 0);
    return [...[...unmarked, ...blank].map(unlabelled), ...marked];
  }
  return [];
}

const SILENT: Voice = { texts: [], speak: () => ({ marks: NO_MARKS, dropped: 0 }), known: () => [] };
const joined = (spans: readonly Span[]) =>
  joinSpans(spans.map(({ start, end }) => ({ start, end, label: '' })));
const unlabelled = ({ start, end }: Span): Laid => ({ start, end, label: null });
const inkOf = (text: string) => text.replace(/\s+/g, '').length;

/** What was added or committed here just now has no word of its own for what it does not mark: see `madeHere`. */
async function voicesOf(state: RepositoryState, path: string): Promise<Voice[]> {
  const { repo } = state;
  const { base } = await madeLately(state, Date.now());
  const brought = [
    ...(base === null ? [] : [base]),
    ...(await incomingSides(repo)).map(({ revision }) => revision),
  ];
  const of = async (revision: string | null): Promise<Voice | null> => {
    const tree = revision === null ? indexTree(repo) : commitTree(repo, revision);
    try {
      return await voiceOf(tree, path);
    } finally {
      tree.dispose();
    }
  };
  const [index, head, ...others] = await Promise.all([null, 'HEAD', ...brought].map(of));
  const marking = [index, head].flatMap((voice) => (voice ? [{ ...voice, known: () => [] }] : []));
  return [...others.filter((voice) => voice !== null && voice !== undefined), ...marking];
}

/** Null where there is no such file, or its sidecar cannot be read or speaks of another text. */
async function voiceOf(tree: Tree, path: string): Promise<Voice | null> {
  const text = textOrNull(await tree.read(path).catch(() => null));
  if (text === null) return null;
  const sidecar = await readTextOf(tree, sidecarPath(path), []);
  if (sidecar === UNREADABLE) return null;
  const marks = sidecar === null ? NO_MARKS : readSidecar(parseSidecar(sidecar), text);
  return marks && wholeLinesVoice({ text, marks });
}
