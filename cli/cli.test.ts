/** The command line over the real thing: Pyodide in worker threads. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildAssets } from '../scripts/build-assets.mjs';
import type { Inference } from '../src/runtime/protocol';
import { main } from './main';
import type { Result } from './results';

const ROOT = path.dirname(import.meta.dirname);
const GAME = path.join(ROOT, 'datasets', 'games', 'tic_tac_toe', 'game.py');
const QUICK = ['--games', '4', '--milliseconds', '30000'];

let folder: string;
let version: string;
let sound: string;

beforeAll(async () => {
  ({ version } = await buildAssets({ log: () => undefined }));
  sound = await readFile(GAME, 'utf8');
}, 300_000);

beforeEach(async () => {
  if (folder) await rm(folder, { recursive: true });
  folder = await mkdtemp(path.join(os.tmpdir(), 'rulewright-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(
  args: string[],
  signal = new AbortController().signal,
  onOut?: (text: string) => void,
  answers: string[] = [],
) {
  let out = '';
  let err = '';
  const status = await main(args, {
    root: ROOT,
    runtime: path.join(ROOT, 'public', 'runtime'),
    version,
    out: (text) => {
      out += text;
      onOut?.(text);
    },
    err: (text) => void (err += text),
    ask: (prompt) => {
      const answer = answers.shift() ?? null;
      out += `${prompt}${answer ?? ''}\n`;
      return Promise.resolve(answer);
    },
    isTerminal: false,
    signal,
  });
  return { status, out, err };
}

const place = (name: string): string => path.join(folder, name);
const write = async (name: string, text: string): Promise<string> => {
  await mkdir(path.dirname(place(name)), { recursive: true });
  await writeFile(place(name), text);
  return place(name);
};
/** The sound game with a line put into its apply_action. */
const broken = (line: string): string =>
  sound.replace(/(def apply_action\(state, action\):\n)/, `$1    ${line}\n`);

async function linesOf(file: string): Promise<Result[]> {
  const text = await readFile(file, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Result);
}

const withoutTimes = (lines: Result[]) =>
  lines.map((line) => ({ ...line, report: line.report && { ...line.report, milliseconds: 0 } }));

describe('rulewright check', () => {
  it('reports on a sound game', async () => {
    const { status, out } = await run(['check', await write('game.py', sound), ...QUICK]);
    expect(out).toContain('Score 1.00 of 1');
    expect(out).not.toContain('FAIL');
    expect(status).toBe(0);
  }, 60_000);

  it('gives every program a line, whatever it does, and goes on from there', async () => {
    await write('a game/game.py', sound);
    await write('a game/helper.py', 'not a program');
    await write('crash.py', broken('assert action != "x(1,1)"'));
    await write('memory.py', broken('x = bytearray(10**9)'));
    await write('prose.py', 'Let us play!');
    const out = place('out.jsonl');
    const first = await run(['check', folder, '--json', out, '--jobs', '2', ...QUICK]);
    const lines = await linesOf(out);
    expect(lines.map(({ file }) => path.basename(file))).toEqual([
      'game.py',
      'crash.py',
      'memory.py',
      'prose.py',
    ]);
    expect(lines.map(({ kind }) => kind)).toEqual(['sound', 'crash', 'crash', 'syntax']);
    expect(JSON.stringify(lines[2])).toContain('MemoryError');
    expect(first.out).toContain('4 programs: 1 sound');
    expect(first.status).toBe(1);

    // As if it had been killed in the middle of the third line.
    const text = await readFile(out, 'utf8');
    await writeFile(out, text.split('\n').slice(0, 2).join('\n') + '\n{"file": "half');
    const again = await run(['check', folder, '--json', out, ...QUICK]);
    expect(again.out).toContain('2 of 4 programs were checked before');
    expect(withoutTimes(await linesOf(out))).toEqual(withoutTimes(lines));

    await write('crash.py', sound);
    expect((await run(['check', folder, '--json', out, ...QUICK])).out).toContain(
      '3 of 4 programs',
    );
  }, 120_000);

  it('ends a program that hangs and checks the next', async () => {
    const loop = 'while True:\n        try:\n            x = 1\n        except BaseException: pass';
    await write('a.py', broken(loop));
    await write('b.py', sound);
    const out = place('out.jsonl');
    await run(['check', folder, '--json', out, '--jobs', '1', ...QUICK]);
    const [hung, next] = await linesOf(out);
    expect(hung).toMatchObject({ kind: 'deadline', score: 0, report: null });
    expect(hung?.error).toContain('sign of life');
    expect(next?.kind).toBe('sound');
  }, 120_000);

  it('stops at once and keeps what is done', async () => {
    await write('a.py', sound);
    await write('b.py', broken('while True: pass'));
    const out = place('out.jsonl');
    const stop = new AbortController();
    const { status, err } = await run(
      ['check', folder, '--json', out, '--jobs', '1', ...QUICK],
      stop.signal,
      (text) => {
        if (text.includes('a.py')) stop.abort();
      },
    );
    expect(status).toBe(130);
    expect(err).toContain('1 results are kept');
    expect(await linesOf(out)).toHaveLength(1);
  }, 60_000);

  it('leaves alone what is no file of results', async () => {
    const precious = await write('precious.jsonl', '{"mine": 1}\n');
    const game = await write('game.py', sound);
    const { status, err } = await run(['check', game, '--json', precious]);
    expect([status, err]).toEqual([2, expect.stringContaining('something else than results')]);
    expect(await readFile(precious, 'utf8')).toBe('{"mine": 1}\n');
    expect((await run(['check', game, '--json', game])).status).toBe(2);
    expect(await readFile(game, 'utf8')).toBe(sound);
  });
});

describe('misuse', () => {
  it.each([
    [['check']],
    [['fly']],
    [['check', '/nowhere.py']],
    [['check', 'x', '--games', '-1']],
    [['tidy']],
    [['infer', GAME, '--history', GAME, '--player', '0']],
    [['infer', GAME, '--worlds', '0']],
    [['play', GAME, '--seat', '2']],
    [['mutants', GAME, '--kind', 'odd']],
  ])('%j is answered', async (args) => {
    const { status, err } = await run(args);
    expect(status).toBe(2);
    expect(err).toContain('rulewright: ');
  });
});

describe('rulewright tidy and compare', () => {
  it('prints the plain module and tells programs apart', async () => {
    const game = await write('game.py', sound);
    const plain = (await run(['tidy', game])).out;
    expect(plain).toContain('def get_observations(');
    expect(plain).not.toContain('from kit');
    const same = await run(['compare', game, await write('plain.py', plain)]);
    expect([same.status, same.out]).toEqual([0, expect.stringContaining('No difference')]);
    const other = await write('other.py', sound.replace('return win(', 'return lose('));
    const differs = await run(['compare', game, other]);
    expect([differs.status, differs.out]).toEqual([1, expect.stringContaining('Actions: [')]);
  }, 90_000);
});

describe('rulewright infer', () => {
  it('draws the same worlds of the same history, and finds all of them', async () => {
    const poker = path.join(ROOT, 'datasets', 'games', 'kuhn_poker', 'game.py');
    const asked = ['infer', poker, '--seed', '3', '--json'];
    const found = JSON.parse((await run(asked)).out) as Inference;
    expect(found.worlds.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    const history = await write('history.json', JSON.stringify(found.history));
    const given = [...asked, '--history', history, '--player', String(found.player)];
    expect((JSON.parse((await run(given)).out) as Inference).worlds).toEqual(found.worlds);
    const all = await run([...given.filter((word) => word !== '--json'), '--exact']);
    expect(all.out).toContain(`${found.worlds.length} different worlds fit`);
    expect(all.status).toBe(0);
    await write('history.json', '[[{"no": "such view"}, null]]');
    const none = await run(given);
    expect([none.status, none.err]).toEqual([1, expect.stringContaining('no history fits')]);
  }, 90_000);
});

describe('rulewright play', () => {
  const signal = new AbortController().signal;

  it('plays a match to its end, takes back, and answers what is no action', async () => {
    const few = ['--simulations', '30'];
    const words = ['fly', 'u', 'x(1,1)', 'u', ...Array.from({ length: 5 }, () => '1')];
    const { status, out } = await run(['play', GAME, ...few], signal, undefined, words);
    expect(out).toContain('"fly" is no action here');
    expect(out).toContain('There is nothing to take back');
    expect(out.match(/your actions:\n {2}1 x\(0,0\)/g)).toHaveLength(3);
    expect(out).toMatch(/plays o\(\d,\d\)/);
    expect(out).toMatch(/The game is over\.\n.*: [+-]?\d/);
    expect(status).toBe(0);
  }, 90_000);

  it('ends when the person quits or has no more to say', async () => {
    for (const words of [['q'], []]) {
      const { status, out } = await run(['play', GAME, '--seat', '1'], signal, undefined, words);
      expect(status).toBe(0);
      expect(out).not.toContain('The game is over');
    }
  }, 90_000);
});

describe('rulewright mutants', () => {
  it('lists them and writes each with what was changed', async () => {
    const asked = ['mutants', path.dirname(GAME), '--out', place('mutants')];
    const { status, out, err } = await run(asked);
    const ids = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[0] ?? '');
    expect(ids.length).toBeGreaterThan(8);
    expect(err).toBe(`${ids.length} mutants are in ${place('mutants')}.\n`);
    expect(await readFile(place(`mutants/${ids[0]}.py`), 'utf8')).toContain('def apply_action');
    expect(await readFile(place(`mutants/${ids[0]}.diff`), 'utf8')).toMatch(/^-.*\n\+/m);
    expect(status).toBe(0);
  }, 60_000);
});

describe('the sandbox', () => {
  /** Module-level code that raises where it comes through; what it raises is read from the report. */
  const tries = {
    js: 'import js\n    found = js.process',
    pyodide_js: 'import pyodide_js\n    found = pyodide_js.FS',
    'code from text': 'from pyodide.code import run_js\n    found = run_js("1 + 1")',
    'node files': 'open("/etc/passwd").read(); found = 1',
    socket: 'import socket\n    socket.create_connection(("127.0.0.1", PORT), 2); found = 1',
    urllib:
      'import urllib.request\n    found = urllib.request.urlopen("http://127.0.0.1:PORT", timeout=2)',
    process: 'import subprocess\n    found = subprocess.run(["true"])',
  };

  it.each(Object.entries(tries))(
    'keeps %s out of reach',
    async (_name, code) => {
      let calls = 0;
      const server = createServer(() => void calls++).listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as AddressInfo;
      const attempt = `try:\n    ${code.replace('PORT', String(port))}\nexcept BaseException as error:\n    found = None\nassert found is None, "reached"\n`;
      const game = await write('game.py', `${attempt}\n${sound}`);
      const out = place('out.jsonl');
      await run(['check', game, '--json', out, ...QUICK]);
      server.close();
      const [line] = await linesOf(out);
      expect(JSON.stringify(line)).not.toContain('reached');
      expect(line?.playable).toBe(true);
      expect(calls).toBe(0);
    },
    60_000,
  );
});
