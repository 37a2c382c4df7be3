/** Reads the results of any scanner from a SARIF 2.1.0 log. Tolerant: what makes no sense is passed over and counted. */

/** One place where a scanner found something. */
export interface ScannerResult {
  readonly tool: string;
  readonly ruleId: string;
  readonly level: 'error' | 'warning' | 'note';
  readonly message: string;
  /** As it is written, joined to what its base says: a relative reference, an absolute `file:` URI, or a plain path. */
  readonly uri: string;
  /** 1-based; columns in UTF-16 code units or code points, the end exclusive. */
  readonly region: ScannerRegion;
  readonly columnKind: 'utf16CodeUnits' | 'unicodeCodePoints';
}

export interface ScannerRegion {
  readonly startLine: number;
  readonly startColumn: number | null;
  readonly endLine: number;
  readonly endColumn: number | null;
}

export interface ScannerLog {
  readonly results: readonly ScannerResult[];
  /** How many had no place, or one that cannot be read. */
  readonly placeless: number;
  /** True when there were more than are read. */
  readonly isCut: boolean;
}

const MAX_RESULTS = 100_000;
const MAX_RUNS = 1000;
const MAX_TEXT = 2000;
const MAX_BASES = 10;

type Json = Readonly<Record<string, unknown>>;

/** Null when the text is no SARIF log. */
export function parseSarif(text: string): ScannerLog | null {
  let value: unknown;
  try {
    // Some tools write a byte order mark.
    value = JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    return null;
  }
  const log = objectOf(value);
  if (!log || !Array.isArray(log.runs)) return null;
  const results: ScannerResult[] = [];
  let placeless = 0;
  for (const run of log.runs.slice(0, MAX_RUNS).map(objectOf)) {
    if (!run) continue;
    for (const result of listOf(run.results)) {
      if (results.length + placeless >= MAX_RESULTS) return { results, placeless, isCut: true };
      if (!isFailure(result)) continue;
      const found = resultsOf(result, run);
      if (found.length === 0) placeless++;
      results.push(...found);
    }
  }
  return { results, placeless, isCut: false };
}

/** Passed, suppressed and vanished results are none. */
function isFailure(result: Json): boolean {
  if (['pass', 'notApplicable', 'informational'].includes(String(result.kind))) return false;
  if (result.baselineState === 'absent' || result.level === 'none') return false;
  const suppressions = listOf(result.suppressions);
  return (
    suppressions.length === 0 ||
    suppressions.some(({ status }) => status === 'rejected' || status === 'underReview')
  );
}

const MAX_LOCATIONS = 20;

function resultsOf(result: Json, run: Json): ScannerResult[] {
  const driver = objectOf(objectOf(run.tool)?.driver) ?? {};
  const rule = ruleOf(result, run, driver);
  const found = {
    tool: textOf(driver.name) || 'a scanner',
    ruleId: textOf(result.ruleId) || textOf(objectOf(result.rule)?.id) || textOf(rule?.id) || 'unnamed rule',
    level: levelOf(result, rule),
    message: messageOf(result, rule),
    columnKind:
      run.columnKind === 'unicodeCodePoints' ? ('unicodeCodePoints' as const) : ('utf16CodeUnits' as const),
  };
  return listOf(result.locations)
    .slice(0, MAX_LOCATIONS)
    .flatMap((location) => {
      const physical = objectOf(location.physicalLocation);
      const uri = physical && uriOf(objectOf(physical.artifactLocation), run);
      const region = physical && regionOf(objectOf(physical.region));
      return uri && region ? [{ ...found, uri, region }] : [];
    });
}

function ruleOf(result: Json, run: Json, driver: Json): Json | null {
  const reference = objectOf(result.rule);
  const extension = integerOf(objectOf(reference?.toolComponent)?.index);
  const component =
    extension === null ? driver : (listOf(objectOf(run.tool)?.extensions)[extension] ?? driver);
  const rules = listOf(component.rules);
  const index = integerOf(reference?.index) ?? integerOf(result.ruleIndex);
  const id = textOf(result.ruleId) || textOf(reference?.id);
  const indexed = index === null ? undefined : rules[index];
  return indexed ?? rules.find((rule) => rule.id === id) ?? null;
}

function levelOf(result: Json, rule: Json | null): ScannerResult['level'] {
  const level = result.level ?? objectOf(rule?.defaultConfiguration)?.level;
  return level === 'error' || level === 'note' ? level : 'warning';
}

function messageOf(result: Json, rule: Json | null): string {
  const message = objectOf(result.message) ?? {};
  const template =
    textOf(message.text) ||
    textOf(objectOf(objectOf(rule?.messageStrings)?.[textOf(message.id)])?.text) ||
    textOf(message.markdown) ||
    textOf(objectOf(rule?.shortDescription)?.text);
  const given = Array.isArray(message.arguments) ? message.arguments : [];
  const filled = template.replace(/\{(\d{1,3})\}/g, (whole, index) => textOf(given[Number(index)]) || whole);
  return filled.replace(/\s+/g, ' ').trim().slice(0, MAX_TEXT);
}

function uriOf(location: Json | null, run: Json): string {
  if (!location) return '';
  const index = integerOf(location.index);
  const listed = index === null ? null : objectOf(listOf(run.artifacts)[index]?.location);
  const named = textOf(location.uri) ? location : (listed ?? location);
  let uri = textOf(named.uri);
  let base = textOf(named.uriBaseId);
  const bases = objectOf(run.originalUriBaseIds) ?? {};
  for (let i = 0; i < MAX_BASES && base !== '' && uri !== '' && !isAbsolute(uri); i++) {
    const parent = Object.hasOwn(bases, base) ? objectOf(bases[base]) : null;
    const before = textOf(parent?.uri);
    if (before !== '') uri = before.endsWith('/') ? before + uri : `${before}/${uri}`;
    base = textOf(parent?.uriBaseId);
  }
  return uri;
}

function isAbsolute(uri: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(uri) || uri.startsWith('/') || uri.startsWith('\\');
}

function regionOf(region: Json | null): ScannerRegion | null {
  const startLine = integerOf(region?.startLine);
  if (!region || startLine === null || startLine < 1) return null;
  const endLine = Math.max(startLine, integerOf(region.endLine) ?? startLine);
  return {
    startLine,
    startColumn: integerOf(region.startColumn),
    endLine,
    endColumn: integerOf(region.endColumn),
  };
}

/**
 * The path from the repository's root that a URI (or plain path) names; null when it lies elsewhere. `roots` are the
 * absolute paths of the repository, with `/`, without one at the end. Paths that leave the repository are elsewhere.
 */
export function pathOfUri(uri: string, roots: readonly string[]): string | null {
  let path = uri.replace(/\\/g, '/').replace(/[?#].*$/s, '');
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(path)?.[1]?.toLowerCase();
  if (scheme !== undefined && scheme !== 'file') return null;
  if (scheme === 'file') path = path.slice('file:'.length).replace(/^\/\/(?:localhost)?(?=\/)/i, '');
  try {
    path = decodeURIComponent(path);
  } catch {
    // A plain path with a per cent sign stands for itself.
  }
  // `/C:/x` of a URI is `C:/x`.
  path = path.replace(/^\/([a-z]:\/)/i, '$1');
  if (/^(?:\/|[a-z]:\/)/i.test(path)) {
    const root = roots.find((one) => startsWith(path, `${one}/`));
    if (root === undefined) return null;
    path = path.slice(root.length + 1);
  }
  return insidePath(path);
}

function startsWith(path: string, root: string): boolean {
  // Drive letters and what follows them are the same in upper and lower case.
  return /^[a-z]:/i.test(root) ? path.toLowerCase().startsWith(root.toLowerCase()) : path.startsWith(root);
}

function insidePath(path: string): string | null {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) return null;
  }
  return names.length === 0 || names.some((name) => name.includes('\0')) ? null : names.join('/');
}

function objectOf(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

/** The objects of a list; what is none leaves its place empty, so that indexes hold. */
function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map((one) => objectOf(one) ?? {}) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 10_000) : typeof value === 'number' ? String(value) : '';
}

function integerOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31 ? value : null;
}
