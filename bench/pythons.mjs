/** The same Python function in CPython and in Pyodide in the browser, by turns, so that both meet the same machine. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { packPackage } from '../scripts/assets/package-archive.mjs';
import { startServer } from '../scripts/serve.mjs';
import { ROOT, runPython, withBrowser } from './machine.mjs';
import { figure, median, ratio } from './table.mjs';

/** One sampled kit program of each family. @returns {Promise<Record<string, string>>} family -> source */
export async function samplePrograms() {
  return JSON.parse(await runPython(['bench/sample_programs.py']));
}

const CALL = `
import json, sys
sys.path[:0] = ["bench"]
from MODULE import measure
request = json.loads(sys.stdin.read())
print(json.dumps({"python": sys.version.split()[0], **measure(request["source"], request["seconds"])}))
`;

/** A folder that a server can serve: Pyodide's files and an empty page. */
async function pyodideSite() {
  const folder = path.join(ROOT, '.cache', 'bench', 'pyodide');
  await mkdir(folder, { recursive: true });
  for (const name of [
    'pyodide.mjs',
    'pyodide.asm.mjs',
    'pyodide.asm.wasm',
    'python_stdlib.zip',
    'pyodide-lock.json',
  ])
    await cp(path.join(ROOT, 'node_modules', 'pyodide', name), path.join(folder, name));
  await writeFile(path.join(folder, 'index.html'), '<!doctype html><title>Pyodide</title>');
  return folder;
}

/** Starts Pyodide in a page with gamecwm and the measuring module in it. */
async function openPyodide(browser, address, module) {
  const page = await browser.newPage();
  page.setDefaultTimeout(120_000);
  await page.goto(address);
  const files = await packPackage(path.join(ROOT, 'python', 'gamecwm'));
  files[`${module}.py`] = await readFile(path.join(ROOT, 'bench', `${module}.py`), 'utf8');
  await page.evaluate(async (sources) => {
    const { loadPyodide } = await import(new URL('pyodide.mjs', globalThis.location.href).href);
    const pyodide = await loadPyodide();
    for (const [file, text] of Object.entries(sources)) {
      const target = `/bench/${file}`;
      pyodide.FS.mkdirTree(target.slice(0, target.lastIndexOf('/')));
      pyodide.FS.writeFile(target, text);
    }
    pyodide.runPython('import sys\nsys.path[:0] = ["/bench"]');
    globalThis.pyodide = pyodide;
  }, files);
  return page;
}

function inPyodide(page, module, source, seconds) {
  return page.evaluate(
    ([name, text, time]) => {
      const { pyodide } = globalThis;
      const measure = pyodide.pyimport(name).measure;
      const result = measure(text, time).toJs({ dict_converter: Object.fromEntries });
      const python = pyodide.runPython('import sys\nsys.version.split()[0]');
      return { python, ...result };
    },
    [module, source, seconds],
  );
}

/**
 * Measures every program in both, in `rounds` turns, and keeps the best of each: whatever else the machine does only
 * makes a figure smaller.
 * @param {{ module: string, figure: string, programs: Record<string, string>, seconds: number, rounds: number,
 *   say: (line: string) => void }} options
 */
export async function compareTwo({ module, figure, programs, seconds, rounds, say }) {
  const { server, address } = await startServer({ root: await pyodideSite(), port: 0 });
  const script = CALL.replace('MODULE', module);
  try {
    return await withBrowser(async (browser) => {
      const page = await openPyodide(browser, address, module);
      const versions = {};
      const rows = {};
      for (const [name, source] of Object.entries(programs)) {
        const best = { cpython: 0, pyodide: 0 };
        for (let round = 0; round < rounds; round++) {
          const request = JSON.stringify({ source, seconds });
          const native = JSON.parse(await runPython(['-c', script], request));
          const web = await inPyodide(page, module, source, seconds);
          versions.cpython = native.python;
          versions.pyodide = web.python;
          best.cpython = Math.max(best.cpython, native[figure]);
          best.pyodide = Math.max(best.pyodide, web[figure]);
        }
        rows[name] = { ...best, ratio: Number((best.pyodide / best.cpython).toFixed(3)) };
        say(`${name}: ${best.cpython} in CPython, ${best.pyodide} in Pyodide`);
      }
      return { python: versions, seconds, rounds, programs: rows };
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** What `compareTwo` gave, as a table. */
export function speedTable(title, { python, programs }) {
  return {
    head: [title, `CPython ${python.cpython}`, `Pyodide ${python.pyodide}`, 'ratio'],
    rows: Object.entries(programs).map(([name, row]) => [
      name,
      figure(row.cpython),
      figure(row.pyodide),
      ratio(row.ratio),
    ]),
  };
}

/** The ratios of `compareTwo` in one line. */
export function speedHeadline({ programs }) {
  const ratios = Object.values(programs).map((row) => row.ratio);
  const range = `${ratio(Math.min(...ratios))} to ${ratio(Math.max(...ratios))}`;
  return `${range} of CPython, median ${ratio(median(ratios))}`;
}
