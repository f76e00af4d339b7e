/**
 * How Pyodide is started, the same in the sandbox's worker and in the snapshot made at build time: a snapshot can only
 * be restored into an interpreter that was started in the same way.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** A fixed hash seed makes the order of sets the same in every run; the rest keeps Python from writing files. */
const ENVIRONMENT = {
  HOME: '/home/pyodide',
  PYTHONHASHSEED: '0',
  PYTHONDONTWRITEBYTECODE: '1',
};

/** The address Pyodide believes it is served from; its requests there are answered from memory. */
const INDEX_URL = 'https://pyodide.invalid/';

/**
 * Settings that travel into the worker as a constant.
 * @param {string} pyodideDir folder of the Pyodide package
 */
export async function readSettings(pyodideDir) {
  const lock = JSON.parse(await readFile(path.join(pyodideDir, 'pyodide-lock.json'), 'utf8'));
  return {
    indexURL: INDEX_URL,
    environment: ENVIRONMENT,
    // No package can be loaded: there is no network, and gamecwm needs the standard library alone.
    lockFile: { info: lock.info, packages: {} },
  };
}
