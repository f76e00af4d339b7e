// Puts the starter's weights where the page is served from (public/models, ignored by git), when they differ.
import { copyFile, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const from = join(root, 'models', 'starter');
const to = join(root, 'public', 'models', 'starter');

const manifest = JSON.parse(await readFile(join(from, 'manifest.json'), 'utf8'));
const wanted = new Set(['manifest.json', ...manifest.files.map((file) => file.name)]);
await mkdir(to, { recursive: true });
for (const name of await readdir(to)) if (!wanted.has(name)) await rm(join(to, name));
for (const { name, bytes } of manifest.files) {
  const size = await stat(join(from, name)).then((found) => found.size);
  if (size !== bytes) {
    throw new Error(
      `models/starter/${name} has ${size} bytes, not ${bytes}: fetch the repository again`,
    );
  }
}
const same = await readFile(join(to, 'manifest.json'), 'utf8')
  .then((text) => text === JSON.stringify(manifest, null, 2))
  .catch(() => false);
if (!same) {
  for (const { name } of manifest.files) await copyFile(join(from, name), join(to, name));
  // Written last: a copy that was cut short is made again.
  await writeFile(join(to, 'manifest.json'), JSON.stringify(manifest, null, 2));
}
