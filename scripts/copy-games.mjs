/**
 * Puts the data set's games where the page is served from (public/games, ignored by git): NAME.json for each game and
 * index.json, with the mean length of seeded random playouts. Lengths are kept in .cache by what they came from.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packPackage } from './assets/package-archive.mjs';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const FROM = path.join(ROOT, 'datasets', 'games');
const TO = path.join(ROOT, 'public', 'games');
const CACHE = path.join(ROOT, '.cache', 'game-lengths.json');
const FILES = {
  meta: 'meta.json',
  rulesShort: 'rules.short.md',
  rules: 'rules.md',
  program: 'game.py',
};

/** Mean number of decisions (chance left out) of ten playouts; the same source gives the same figure. */
const MEASURE = `
import random
from gamecwm.contract import CHANCE, OVER, load_game
from gamecwm.inline import inline

def mean_length(source, games=10, longest=2000):
    game, total = load_game(inline(source)), 0
    for seed in range(games):
        random.seed(seed)
        state = game.get_initial_state()
        for _ in range(longest):
            player = game.get_current_player(state)
            if player == OVER:
                break
            total += player != CHANCE
            state = game.apply_action(state, random.choice(game.get_legal_actions(state)))
    return total / games
mean_length
`;

/** Every folder that holds a whole game. */
async function readGames() {
  const games = [];
  for (const name of (await readdir(FROM)).sort()) {
    const read = ([key, file]) =>
      readFile(path.join(FROM, name, file), 'utf8').then((text) => [key, text]);
    const parts = await Promise.all(Object.entries(FILES).map(read)).catch(() => null);
    if (parts === null) continue;
    const { meta, ...texts } = Object.fromEntries(parts);
    games.push({ name, meta: JSON.parse(meta), ...texts });
  }
  return games;
}

async function startPython(archive) {
  const folder = path.join(ROOT, 'node_modules', 'pyodide');
  const { loadPyodide } = await import('pyodide');
  const pyodide = await loadPyodide({
    indexURL: folder,
    env: { PYTHONHASHSEED: '0' },
    fsInit: (FS, { sitePackages }) => {
      for (const [file, text] of Object.entries(archive)) {
        FS.mkdirTree(path.posix.dirname(`${sitePackages}/${file}`));
        FS.writeFile(`${sitePackages}/${file}`, text);
      }
    },
  });
  return pyodide.runPython(MEASURE);
}

/** Mean lengths by game name. */
async function measure(games) {
  const archive = await packPackage(path.join(ROOT, 'python', 'gamecwm'));
  const kit = Object.entries(archive).filter(([file]) => /kit\/|inline|contract/.test(file));
  const kept = JSON.parse(await readFile(CACHE, 'utf8').catch(() => '{}'));
  const lengths = {};
  const fresh = {};
  let meanLength = null;
  for (const { name, program } of games) {
    const key = createHash('sha256')
      .update(JSON.stringify([MEASURE, kit, program]))
      .digest('hex');
    if (kept[key] === undefined) meanLength ??= await startPython(archive);
    fresh[key] = kept[key] ?? meanLength(program);
    lengths[name] = fresh[key];
  }
  await mkdir(path.dirname(CACHE), { recursive: true });
  await writeFile(CACHE, JSON.stringify(fresh));
  return lengths;
}

const games = await readGames();
const lengths = await measure(games);
await rm(TO, { recursive: true, force: true });
await mkdir(TO, { recursive: true });
for (const game of games) await writeFile(path.join(TO, `${game.name}.json`), JSON.stringify(game));
const index = games.map(({ name, meta }) => ({
  name,
  title: meta.title,
  players: meta.players,
  information: meta.information,
  split: meta.split,
  meanLength: lengths[name],
}));
await writeFile(path.join(TO, 'index.json'), JSON.stringify(index));
console.log(`games: ${games.length} copied`);
