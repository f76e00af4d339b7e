// Puts weights and model libraries where the page is served from (public/models, ignored by git), when they differ.
import { copyFile, link, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const models = join(root, 'models');
const target = join(root, 'public', 'models');

const read = (path) => readFile(path, 'utf8').catch(() => null);
const list = (path) => readdir(path, { withFileTypes: true }).catch(() => []);

await copyStarter(join(models, 'starter'), join(target, 'starter'));
await copyLibraries(join(models, 'library', 'built'), join(target, 'library'));
await placeDistilled(join(models, 'distilled'), join(target, 'distilled'));

async function copyStarter(from, to) {
  const manifest = JSON.parse(await readFile(join(from, 'manifest.json'), 'utf8'));
  const wanted = new Set(['manifest.json', ...manifest.files.map((file) => file.name)]);
  await mkdir(to, { recursive: true });
  for (const name of await readdir(to)) if (!wanted.has(name)) await rm(join(to, name));
  for (const { name, bytes } of manifest.files) {
    const { size } = await stat(join(from, name));
    if (size !== bytes) {
      throw new Error(
        `models/starter/${name} has ${size} bytes, not ${bytes}: fetch the repository again`,
      );
    }
  }
  const text = JSON.stringify(manifest, null, 2);
  if ((await read(join(to, 'manifest.json'))) === text) return;
  for (const { name } of manifest.files) await copyFile(join(from, name), join(to, name));
  // Written last: a copy that was cut short is made again.
  await writeFile(join(to, 'manifest.json'), text);
}

async function copyLibraries(from, to) {
  await mkdir(to, { recursive: true });
  const wanted = (await readdir(from)).filter((name) => name.endsWith('.wasm'));
  for (const name of await readdir(to)) if (!wanted.includes(name)) await rm(join(to, name));
  for (const name of wanted) await copyFile(join(from, name), join(to, name));
}

/** Models of one's own, by name; one list of them all is what the page reads, and it is there even when empty. */
async function placeDistilled(from, to) {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  const catalogues = [];
  for (const folder of await list(from)) {
    const catalogue = await read(join(from, folder.name, 'catalogue.json'));
    if (catalogue === null) continue;
    await linkTree(join(from, folder.name), join(to, folder.name));
    catalogues.push(`${folder.name}/catalogue.json`);
  }
  await writeFile(join(to, 'catalogues.json'), JSON.stringify({ catalogues }));
}

/** Hard links, which take no room; copies where the file system has none. */
async function linkTree(from, to) {
  await mkdir(to, { recursive: true });
  for (const entry of await list(from)) {
    const [source, place] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, place);
    else await link(source, place).catch(() => copyFile(source, place));
  }
}
