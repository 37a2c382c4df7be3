/** Stands in for `@vscode/native-watchdog` in the VS Code under test. */
exports.start = () => {};
exports.exit = (code) => process.exit(code);
