/** A worker that lies to the page: the page stays alive, believes nothing that it has not checked, and goes on. */
import { expect, type Page } from '@playwright/test';
import { expectServed, open, openRuntime, play, test, type Outcome } from './harness';
import { GAME } from './programs';

const forge = (page: Page, lie: string, options: object = {}): Promise<Outcome> =>
  open(page, `forge:${lie}`, { deadline: 3000, ...options });

/** The next call goes to a fresh worker and is answered as it should be. */
async function expectAlive(page: Page): Promise<void> {
  expect(await forge(page, 'an unknown number first')).toMatchObject({
    ok: true,
    value: { players: 2 },
  });
  expect(await page.evaluate(() => ({}))).toEqual({});
}

for (const lie of [
  'a huge text',
  'no JSON',
  'an object',
  'a huge buffer',
  'a channel',
  'a result that lacks fields',
  'a result of the wrong types',
  'too long a list',
  'a number that is none',
  'deep nesting',
  'a state that is none',
  'progress of a method that has none',
  'a cancellation',
  'a flood',
  'a flood of unknown numbers',
]) {
  test(`${lie} is a ProtocolError`, async ({ page, sites }) => {
    await openRuntime(page, sites.probe);
    const outcome = await forge(page, lie);
    expect(outcome).toMatchObject({ ok: false, name: 'ProtocolError' });
    await expectAlive(page);
  });
}

test('a second answer changes nothing and costs the worker its life', async ({ page, sites }) => {
  await openRuntime(page, sites.probe);
  expect(await forge(page, 'a second answer')).toMatchObject({ ok: true, value: { players: 2 } });
  await expectAlive(page);
});

test('keys that would reach a prototype are dropped', async ({ page, sites }) => {
  await openRuntime(page, sites.probe);
  const outcome = await forge(page, 'a prototype');
  expect(outcome).toMatchObject({ ok: true, value: { players: 2 } });
  expect((outcome as { value: { polluted?: boolean } }).value.polluted).toBeUndefined();
  await expectAlive(page);
});

for (const lie of ['silence', 'endless signs of life', 'a closed worker']) {
  test(`${lie} ends at the deadline`, async ({ page, sites }) => {
    await openRuntime(page, sites.probe);
    const outcome = await forge(page, lie, { deadline: 1500 });
    expect(outcome).toMatchObject({ ok: false, name: 'DeadlineError' });
    expect(outcome.milliseconds).toBeLessThan(2500);
    await expectAlive(page);
  });
}

test('an uncaught error ends the call at once', async ({ page, sites }) => {
  await openRuntime(page, sites.probe);
  const outcome = await forge(page, 'an uncaught error');
  expect(outcome).toMatchObject({ ok: false, name: 'WorkerDiedError' });
  expect(outcome.milliseconds).toBeLessThan(1000);
  await expectAlive(page);
});

/** Gets hold of the page's port by way of the next message's event, and answers in the host's place. */
const thief = (lie: string): string => `${GAME}
import js
from pyodide.ffi import create_proxy, to_js

_data = js.Object.getOwnPropertyDescriptor(js.MessageEvent.prototype, "data").get

def _lie(port, id):
    ${lie}

def _read(event):
    value = _data.call(event)
    if hasattr(value, "method"):
        _lie(event.target, value.id)
    return value

js.Object.defineProperty(js.MessageEvent.prototype, "data", js.Object.fromEntries(to_js([
    ["get", create_proxy(_read, capture_this=True)],
])))
`;

const PYTHON_LIES: Record<string, string> = {
  malformed: 'port.postMessage("{")',
  'of the wrong shape':
    'port.postMessage(\'{"id": %d, "step": {"state": "done", "result": {"player": "x"}}}\' % id)',
  huge: 'port.postMessage("x" * 20_000_000)',
  'no text': 'port.postMessage(7)',
};

for (const [name, lie] of Object.entries(PYTHON_LIES)) {
  test(`a Python program that steals the port and sends what is ${name}`, async ({
    page,
    sites,
  }) => {
    await openRuntime(page, sites.bare);
    const outcome = await play(page, thief(lie));
    expect(outcome).toMatchObject({ ok: false, name: 'ProtocolError' });
    await expectServed(page);
  });
}
