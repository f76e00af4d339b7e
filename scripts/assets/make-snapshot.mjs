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

/** Every module of the package but the command line, those imported late included. */
const IMPORT_ALL = `
import gc, importlib, pkgutil
import gamecwm.host
for _module in pkgutil.walk_packages(gamecwm.__path__, "gamecwm."):
    if not {"cli", "__main__"} & set(_module.name.split(".")):
        importlib.import_module(_module.name)
del _module
gc.collect()
`;

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
pyodide.runPython(IMPORT_ALL);
await writeFile(output, pyodide.makeMemorySnapshot());
process.exit(0);
