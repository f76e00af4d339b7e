/** Packs the Python package into one JSON file: path inside site-packages → source text. */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * @param {string} packageDir folder of the package; its last part is the package's name
 * @returns {Promise<Record<string, string>>} sorted by path, so that the same sources give the same bytes
 */
export async function packPackage(packageDir) {
  const name = path.basename(packageDir);
  const entries = await readdir(packageDir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.py'))
    .map((entry) => path.relative(packageDir, path.join(entry.parentPath, entry.name)))
    .sort();
  const archive = {};
  for (const file of files) {
    const inside = [name, ...file.split(path.sep)].join('/');
    archive[inside] = await readFile(path.join(packageDir, file), 'utf8');
  }
  return archive;
}
