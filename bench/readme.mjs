/** Keeps the README's table of recorded figures in step with bench/results: no figure in it is typed by hand. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from './machine.mjs';

const BEGIN = '<!-- bench: written by npm run bench -- NAME --record -->';
const END = '<!-- /bench -->';

/** @param {Record<string, () => Promise<{ about: string, headline: (figures: any) => string }>>} benches */
export async function updateReadme(benches) {
  const rows = ['| command | measures | last recorded |', '|---|---|---|'];
  const places = new Set();
  for (const [name, load] of Object.entries(benches)) {
    const { about, headline } = await load();
    const report = await recorded(name);
    const said = report === null ? 'not yet' : headline(report.figures);
    if (report !== null) {
      places.add(`${report.cores} cores (${report.processor}), no GPU used, ${report.date}`);
    }
    rows.push(`| \`npm run bench -- ${name}\` | ${about} | ${said} |`);
  }
  const block = [BEGIN, ...rows, '', `Recorded on ${[...places].join('; ')}.`, END].join('\n');
  const file = path.join(ROOT, 'README.md');
  const text = await readFile(file, 'utf8');
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from < 0 || to < from) throw new Error('README.md has lost the marks of the bench table.');
  await writeFile(file, text.slice(0, from) + block + text.slice(to + END.length));
}

async function recorded(name) {
  try {
    const file = path.join(ROOT, 'bench', 'results', `${name}.json`);
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}
