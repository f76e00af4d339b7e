/**
 * Writes a memory snapshot of Pyodide with gamecwm imported; runs as its own process, so that a hang or a crash of the
 * interpreter ends neither the build nor leaves anything behind.
 *
 * Usage: node make-snapshot.mjs ARCHIVE.json OUTPUT PYODIDE_DIR
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { readSettings } from './settings.mjs';

const [archiveFile, output, pyodideDir] = process.argv.slice(2);
const archive = JSON.parse(await readFile(archiveFile, 'utf8'));
const settings = await readSettings(pyodideDir);
const { loadPyodide } = await import(pathToFileURL(path.join(pyodideDir, 'pyodide.mjs')).href);

const pyodide = await loadPyodide({
  _makeSnapshot: true,
  indexURL: pyodideDir,
  lockFileContents: settings.lockFile,
  env: { ...settings.environment },
  // Nothing of Node may be kept in the snapshot: the browser has none of it.
  jsglobals: {},
  stdout: () => {},
  stderr: () => {},
  fsInit: (FS, { sitePackages }) => {
    for (const [file, text] of Object.entries(archive)) {
      const target = `${sitePackages}/${file}`;
      FS.mkdirTree(path.posix.dirname(target));
      FS.writeFile(target, text);
    }
  },
});
pyodide.runPython('import gamecwm.host\nimport gc\ngc.collect()');
await writeFile(output, pyodide.makeMemorySnapshot());
process.exit(0);
