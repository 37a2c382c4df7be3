/**
 * A Chromium to drive VS Code's workbench with: CHROMIUM_PATH, else the one inside the npm package
 * `@sparticuz/chromium` (Linux; it carries every library it needs beyond libc), else an installed one.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { cacheFolder } from './install';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? (await carriedChromium()) ?? installedChromium();
  const folder = executablePath ? resolve(executablePath, '..') : '';
  const carried = existsSync(join(folder, 'fonts.conf'));
  return chromium.launch({
    ...(executablePath ? { executablePath } : { channel: 'chrome' }),
    args: FLAGS,
    env: {
      ...(process.env as Record<string, string>),
      ...(carried && {
        FONTCONFIG_FILE: join(folder, 'fonts.conf'),
        LD_LIBRARY_PATH: [join(folder, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH]
          .filter(Boolean)
          .join(delimiter),
      }),
    },
  });
}

/**
 * The package unpacks into the temp folder and trusts what it finds there. A child with a temp folder of its own,
 * renamed when complete, keeps interrupted and simultaneous runs apart; the environment variable makes it unpack
 * its shared libraries too.
 */
async function carriedChromium(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const packageFolder = resolve(import.meta.dirname, '../../node_modules/@sparticuz/chromium');
  if (!existsSync(packageFolder)) return undefined;
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8'));
  const target = join(cacheFolder(), `chromium-${version}`);
  if (!existsSync(target)) {
    const work = join(cacheFolder(), `installing-chromium-${process.pid}`);
    await mkdir(work, { recursive: true });
    try {
      const unpack = 'import("@sparticuz/chromium").then((m) => m.default.executablePath())';
      await promisify(execFile)(process.execPath, ['-e', unpack], {
        cwd: packageFolder,
        env: { ...process.env, TMPDIR: work, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
      });
      await writeFile(join(work, 'fonts.conf'), fontConfiguration(join(target, 'fonts')));
      await rename(work, target).catch((error: unknown) => {
        if (!existsSync(target)) throw error;
      });
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
  return join(target, 'chromium');
}

/** The machine's fonts, and the package's for a machine that has none. */
function fontConfiguration(carried: string): string {
  const folders = ['/usr/share/fonts', '/usr/local/share/fonts', carried];
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${folders.map((folder) => `  <dir>${folder}</dir>`).join('\n')}
  <dir prefix="xdg">fonts</dir>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
}

function installedChromium(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome']) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // not this one
    }
  }
  return undefined;
}
