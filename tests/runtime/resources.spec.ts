/** Programs that loop, fill the memory, nest too deeply or exit: a clear error, and the next call is served. */
import { expect, type Page } from '@playwright/test';
import { call, expectServed, open, openRuntime, play, position, test } from './harness';
import { GAME, HANGS_LATER, LONG_GAME, withCode } from './programs';

const DEADLINE = 2_500;
/** From the deadline to the error: the worker is ended from outside, whatever it does. */
const SLACK = 2_000;

test.beforeEach(async ({ page, sites }) => {
  await openRuntime(page, sites.usual);
});

const LOOPS: Record<string, string> = {
  'an endless loop': 'while True: pass',
  'a loop in C': 'sum(iter(int, 1))',
  'a regular expression that backtracks without end':
    'import re\nre.match("(a*)*b", "a" * 64)\nre.match("(a|aa)+$", "a" * 90 + "b")',
  'a huge power': '10 ** 10 ** 9',
  'a loop that swallows every exception': `
while True:
    try:
        while True: pass
    except BaseException:
        pass`,
  'a sleep': 'import time\nwhile True: time.sleep(60)',
  'a destructor that loops': `
class Trap:
    def __del__(self):
        while True: pass
Trap()`,
};

for (const [name, code] of Object.entries(LOOPS)) {
  test(`${name} ends at the deadline`, async ({ page }) => {
    const outcome = await play(page, withCode(code), { deadline: DEADLINE });
    expect(outcome).toMatchObject({ ok: false, name: 'DeadlineError' });
    expect(outcome.milliseconds).toBeLessThan(DEADLINE + SLACK);
    await expectServed(page);
  });
}

test('an endless loop is noticed by its silence before a long deadline', async ({
  page,
  sites,
}) => {
  await openRuntime(page, sites.usual, { stallMilliseconds: 1500 });
  const outcome = await play(page, withCode('while True: pass'), { deadline: 60_000 });
  expect(outcome).toMatchObject({ ok: false, name: 'DeadlineError' });
  expect(outcome.milliseconds).toBeLessThan(1500 + SLACK);
  await expectServed(page);
});

const BOMBS: Record<string, string> = {
  'a list that grows': 'big = []\nwhile True: big.append(bytearray(1 << 20))',
  'one huge string': 'big = "x" * (1 << 30)',
  'many small lists': 'big = []\nwhile True: big.append([None] * 100)',
};

for (const [name, code] of Object.entries(BOMBS)) {
  test(`${name} is a MemoryLimitError`, async ({ page, sites }) => {
    // Filling memory on a busy machine takes long without a word; here the cap is what must end it.
    await openRuntime(page, sites.usual, { stallMilliseconds: 60_000 });
    const outcome = await play(page, withCode(code), { deadline: 60_000 });
    expect(outcome).toMatchObject({ ok: false, name: 'MemoryLimitError' });
    await expectServed(page);
  });
}

test('a bomb that survives its MemoryError stays within the cap', async ({ page }) => {
  const code = `
big = []
try:
    while True: big.append(bytearray(1 << 20))
except MemoryError:
    found = len(big)
    big.clear()`;
  const outcome = await play(page, withCode(code), { deadline: 60_000 });
  const { found } = (outcome as unknown as { value: { view: { found: number } } }).value.view;
  expect(found).toBeGreaterThan(200);
  expect(found).toBeLessThan(512);
  await expectServed(page);
});

const DEEP: Record<string, string> = {
  'deep recursion': 'def down(): down()\ndown()',
  'deep recursion that raises its own limit': `
import sys
sys.setrecursionlimit(10 ** 9)
def down(n): return down(n + 1) + 1
down(0)`,
  'recursion in C': `
import sys
sys.setrecursionlimit(10 ** 9)
nest = []
for _ in range(200000): nest = [nest]
repr(nest)
nest == nest
hash(str(nest))`,
  'a deeply nested expression': 'eval("(" * 100000 + ")" * 100000)',
};

for (const [name, code] of Object.entries(DEEP)) {
  test(`${name} is an error with a next step`, async ({ page }) => {
    const outcome = await play(page, withCode(code));
    expect(outcome.ok).toBe(false);
    expect(outcome).toMatchObject({
      name: expect.stringMatching(/^(ProgramError|WorkerDiedError|MemoryLimitError)$/),
      nextStep: expect.stringMatching(/\w/),
    });
    await expectServed(page);
  });
}

const EXITS: Record<string, string> = {
  'sys.exit': 'import sys\nsys.exit(3)',
  'raise SystemExit': 'raise SystemExit',
  'os._exit': 'import os\nos._exit(3)',
  'os.abort': 'import os\nos.abort()',
  'a signal': 'import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nraise KeyboardInterrupt',
  'a null pointer': 'import ctypes\nctypes.string_at(0xFFFFFFF0, 64)',
  'a broken interpreter': `
import ctypes, sys
for offset in range(0, 1 << 22, 4096): ctypes.memset(offset, 255, 4096)`,
};

for (const [name, code] of Object.entries(EXITS)) {
  test(`${name} ends no more than its own worker`, async ({ page }) => {
    const outcome = await play(page, withCode(code), { deadline: 5000 });
    expect(outcome.ok).toBe(false);
    expect((outcome as { nextStep: string }).nextStep).toMatch(/\w/);
    await expectServed(page);
  });
}

/** Past the three seconds after which HANGS_LATER hangs. */
const untilItHangs = (page: Page): Promise<void> => page.waitForTimeout(3200);

test('the program is opened again after its worker has died', async ({ page }) => {
  expect(await open(page, HANGS_LATER)).toMatchObject({ ok: true });
  await untilItHangs(page);
  const params = { actions: ['take 1', 'take 2'], seat: null };
  const stuck = await call(page, 'position', params, { deadline: 1000 });
  expect(stuck).toMatchObject({ ok: false, name: 'DeadlineError' });
  const again = await call(page, 'position', { actions: ['take 2'], seat: null });

  expect(again).toMatchObject({ ok: true, value: { player: 1, view: { stones: 48 } } });
});

test('every pending call of a dead worker is rejected', async ({ page }) => {
  await open(page, HANGS_LATER);
  await untilItHangs(page);
  const names = await page.evaluate(() => {
    type Call = (method: string, params: object, options?: object) => Promise<unknown>;
    const { session } = window as unknown as { session: { call: Call } };
    const calls = [1, 2, 3].map(() =>
      session.call('position', { actions: ['take 1'], seat: null }, { deadline: 1000 }).then(
        () => 'answered',
        (error: Error) => error.name,
      ),
    );
    return Promise.all(calls);
  });
  expect(names).toEqual(['DeadlineError', 'DeadlineError', 'DeadlineError']);
});

const SEARCH = { actions: [], seed: 1, simulations: 1e9, milliseconds: 60_000 };

/** Starts a search, aborts it after 300 ms, and says how it ended and how long the next call took. */
function abortedSearch(page: Page): Promise<{ error: string; next: object; milliseconds: number }> {
  return page.evaluate(async (params) => {
    type Call = (method: string, params: object, options?: object) => Promise<unknown>;
    const { session } = window as unknown as { session: { call: Call } };
    const controller = new AbortController();
    const pending = session.call('search', params, { signal: controller.signal });
    setTimeout(() => controller.abort(), 300);
    const error = await pending.then(
      () => 'none',
      (reason: Error) => reason.name,
    );
    const began = performance.now();
    const next = (await session.call('position', { actions: [], seat: null })) as object;
    return { error, next, milliseconds: performance.now() - began };
  }, SEARCH);
}

test('a cancelled search leaves its worker serving', async ({ page }) => {
  await open(page, LONG_GAME);
  const outcome = await abortedSearch(page);
  expect(outcome).toMatchObject({ error: 'AbortError', next: { player: 0 } });
  // Sooner than the 300 ms after which a worker that does not answer is ended.
  expect(outcome.milliseconds).toBeLessThan(280);
});

test('a cancelled search in a stuck program ends its worker', async ({ page }) => {
  await open(page, HANGS_LATER);
  await untilItHangs(page);
  const outcome = await abortedSearch(page);
  expect(outcome).toMatchObject({ error: 'AbortError', next: { player: 0 } });
  expect(outcome.milliseconds).toBeGreaterThan(280);
});

test('calls run side by side and progress is throttled', async ({ page }) => {
  await open(page, LONG_GAME);
  const outcome = await page.evaluate(
    async (params) => {
      type Call = (method: string, params: object, options?: object) => Promise<unknown>;
      const { session } = window as unknown as { session: { call: Call } };
      let reports = 0;
      const searched = session.call('search', params, { onProgress: () => reports++ });
      const began = performance.now();
      const aside = await session.call('position', { actions: [], seat: null });
      const milliseconds = performance.now() - began;
      const { simulations } = (await searched) as { simulations: number };
      return { reports, aside, simulations, milliseconds };
    },
    { ...SEARCH, milliseconds: 2000 },
  );
  expect(outcome.aside).toMatchObject({ player: 0 });
  expect(outcome.milliseconds).toBeLessThan(1000);
  expect(outcome.simulations).toBeGreaterThan(1);
  expect(outcome.reports).toBeGreaterThan(2);
  expect(outcome.reports).toBeLessThan(30);
});

test('a comparison runs in a worker of its own', async ({ page }) => {
  await open(page, GAME);
  const compare = { source: GAME, seed: 1, games: 5, steps: 100 };
  expect(await call(page, 'compare', compare)).toMatchObject({ ok: true, value: { equal: true } });
  const loop = { ...compare, source: withCode('while True: pass') };
  const stuck = await call(page, 'compare', loop, { deadline: 1500 });
  expect(stuck).toMatchObject({ ok: false, name: 'DeadlineError' });
  const next = await position(page);
  expect(next).toMatchObject({ ok: true });
  // No new opening was needed: the session's own worker has lived on.
  expect(next.milliseconds).toBeLessThan(300);
});
