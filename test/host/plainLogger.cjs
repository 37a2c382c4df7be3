/**
 * Stands in for `@vscode/spdlog` in the VS Code under test: the same functions, a file per logger, no compiler needed.
 * VS Code asks for nothing else of it; log files are small enough here not to be rotated.
 */
const { appendFileSync, mkdirSync } = require('node:fs');
const { dirname } = require('node:path');

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'critical'];

class Logger {
  constructor(_type, _name, file) {
    this.file = file;
    this.level = 2;
    this.plain = false;
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  /** VS Code asks either for lines as they come or for one pattern: time, level in brackets, message. */
  clearFormatters() {
    this.plain = true;
  }
  setPattern() {}
  flush() {}
  drop() {}
  write(level, message) {
    if (level < this.level) return;
    const time = new Date().toISOString().replace('T', ' ').replace('Z', '');
    appendFileSync(this.file, this.plain ? message : `${time} [${LEVELS[level]}] ${message}\n`);
  }
}
for (const [level, name] of LEVELS.entries()) {
  Logger.prototype[name] = function (message) {
    this.write(level, message);
  };
}

async function createRotatingLogger(name, file) {
  mkdirSync(dirname(file), { recursive: true });
  return new Logger('plain', name, file);
}

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = createRotatingLogger;
exports.createAsyncRotatingLogger = createRotatingLogger;
