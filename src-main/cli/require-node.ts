/** better-sqlite3 ends an older Node with a segmentation fault, so this is said before it is loaded. */
export function requireNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 14)) return;
  process.stderr.write(
    `Backhaul needs Node 22.14 or newer, this is ${process.versions.node}. Run it through npm (npm run -s backhaul -- …), which brings its own Node.\n`,
  );
  process.exit(1);
}
