/**
 * Photographs the board of every game of the gallery after a few actions, into docs/images/gallery, and lists them in
 * docs/gallery.md. Needs a built page (npm run build).
 *
 * Usage: node scripts/gallery-shots.mjs [NAME …]
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const IMAGES = path.join(ROOT, 'docs', 'images', 'gallery');
const PORT = process.env.PORT ?? '4300';
const [WIDTH, HEIGHT] = [480, 1000];
const ONLY_THE_BOARD =
  'header, main > :not(.board), .legal:not(.as-cards), .controls, .moves { display: none !important }' +
  '.board { background: #184a3a !important; border-radius: 0 !important }' +
  '.point .stone, .die { background-image: none !important; box-shadow: none !important }' +
  '.die, .stone.white { background-color: #efe7d1 !important }' +
  '.stone.black { background-color: #0d1110 !important }' +
  '*, *::before { animation: none !important; transition: none !important }';
/** Share of a mean game that is played before the picture is taken, and the most actions of it. */
const [SHARE, MOST] = [0.4, 14];

const index = JSON.parse(await readFile(path.join(ROOT, 'public', 'games', 'index.json'), 'utf8'));
const wanted = process.argv.slice(2);

async function serve() {
  const server = spawn(process.execPath, [path.join(ROOT, 'scripts', 'serve.mjs')], {
    env: { ...process.env, PORT },
    stdio: 'ignore',
  });
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await fetch(`http://127.0.0.1:${PORT}/`).catch(() => null)) return server;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the page is not served on port ${PORT}`);
}

/** Plays for every seat: the same actions at each run. */
async function play(page, actions) {
  const legal = page.getByRole('list', { name: 'Legal actions' }).getByRole('button');
  const pass = page.getByRole('button', { name: /^I am / });
  const over = page.getByRole('heading', { name: /wins|draw|over|share/i });
  for (let turn = 0; turn <= actions; turn++) {
    await pass.or(legal).or(over).first().waitFor({ timeout: 30_000 });
    if (await pass.isVisible()) await pass.click();
    await legal.or(over).first().waitFor({ timeout: 30_000 });
    // A game that ends early is shown at its end.
    if (turn === actions || (await over.isVisible())) return;
    const count = await legal.count();
    await legal.nth((turn * 7 + 3) % count).click();
  }
}

async function shoot(page, { name, title, meanLength }) {
  await page.getByRole('button', { name: `Play ${title}`, exact: true }).click();
  const seats = page.getByRole('group', { name: 'Who plays' }).getByRole('combobox');
  await seats.first().waitFor({ timeout: 60_000 });
  // The last one is the strength of the search.
  for (let seat = 0; seat < (await seats.count()) - 1; seat++) {
    await seats.nth(seat).selectOption('Person');
  }
  await page.waitForTimeout(300);
  await play(page, Math.max(1, Math.min(MOST, Math.round(meanLength * SHARE))));
  await page.mouse.move(0, 0);
  await page.addStyleTag({ content: ONLY_THE_BOARD });
  const head = await page.locator('.turn-line').boundingBox();
  const view = await page.locator('.view').boundingBox();
  // What can be chosen is part of the picture where it is drawn as cards.
  const cards = await page
    .locator('.legal.as-cards')
    .boundingBox({ timeout: 500 })
    .catch(() => null);
  const end = Math.max(view.y + view.height, cards === null ? 0 : cards.y + cards.height);
  const height = Math.min(end - head.y + 24, HEIGHT - head.y);
  const clip = { x: 0, y: Math.max(0, head.y - 12), width: WIDTH, height };
  await page.screenshot({ path: path.join(IMAGES, `${name}.png`), clip });
}

function inWords({ name, title, players, information, meanLength }) {
  const hidden = information === 'imperfect' ? 'hidden information' : 'nothing hidden';
  return [
    `## ${title}`,
    '',
    `${players} players, ${hidden}, about ${Math.round(meanLength)} decisions.`,
    '',
    `![The board of ${title}](images/gallery/${name}.png)`,
    '',
  ].join('\n');
}

const server = await serve();
const executable = process.env.CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({
  ...(existsSync(executable) ? { executablePath: executable } : {}),
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});
try {
  await mkdir(IMAGES, { recursive: true });
  const failed = [];
  for (const entry of index) {
    if (wanted.length > 0 && !wanted.includes(entry.name)) continue;
    const started = performance.now();
    const context = await browser.newContext({ viewport: { width: WIDTH, height: HEIGHT } });
    const page = await context.newPage();
    // The pictures are of boards: the model's weights are not fetched.
    await page.route('**/models/**', (route) => route.abort());
    await page.goto(`http://127.0.0.1:${PORT}/`);
    await page.getByText('Thirty games', { exact: true }).click();
    try {
      await shoot(page, entry);
    } catch (error) {
      failed.push(`${entry.name}: ${error.message.split('\n')[0]}`);
    }
    await context.close();
    console.log(`${entry.name}: ${Math.round(performance.now() - started)} ms`);
  }
  const head = `# The games of the gallery\n\nMade by \`node scripts/gallery-shots.mjs\`: each board after a few actions of two people at one device.\n`;
  const shown = index.filter(({ name }) => existsSync(path.join(IMAGES, `${name}.png`)));
  await writeFile(
    path.join(ROOT, 'docs', 'gallery.md'),
    [head, ...shown.map(inWords)].join('\n').trimEnd() + '\n',
  );
  if (failed.length > 0) throw new Error(`not shown:\n${failed.join('\n')}`);
} finally {
  await browser.close();
  server.kill();
}
