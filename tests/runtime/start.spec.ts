/** The worker starts from its snapshot and without one, isolated or not, and serves calls. */
import { expect } from '@playwright/test';
import { call, open, openRuntime, position, test, type Variant } from './harness';
import { GAME } from './programs';

const state = { kind: 'ready' };

for (const [name, snapshot] of [
  ['usual', true],
  ['unisolated', true],
  ['plain', false],
] as const satisfies readonly (readonly [Variant | 'unisolated', boolean])[]) {
  test(`starts and serves (${name})`, async ({ page, sites }) => {
    await openRuntime(page, sites[name]);
    const ready = await page.evaluate(() => {
      const { runtime } = window as unknown as { runtime: { getState(): object } };
      return { ...runtime.getState(), isolated: crossOriginIsolated };
    });
    expect(ready).toMatchObject({ ...state, snapshot, isolated: name !== 'unisolated' });
    expect(await open(page, GAME)).toMatchObject({ ok: true, value: { players: 2 } });
    const now = await position(page);
    expect(now).toMatchObject({ ok: true, value: { player: 0 } });
    const milliseconds = (ready as unknown as { startMilliseconds: number }).startMilliseconds;
    const trips: number[] = [];
    for (let trip = 0; trip < 10; trip++) {
      trips.push((await call(page, 'advance', { actions: [], seed: 1 })).milliseconds);
    }
    trips.sort((a, b) => a - b);
    console.log(`${name}: start ${milliseconds.toFixed(0)} ms, call ${trips[5]?.toFixed(1)} ms`);
  });
}

test('a page without the snapshot file starts plainly', async ({ page, sites }) => {
  await page.route('**/snapshot.*', (route) => route.abort());
  await openRuntime(page, sites.usual);
  expect(await open(page, GAME)).toMatchObject({ ok: true });
});

test('a snapshot that cannot be restored gives way to the plain start', async ({ page, sites }) => {
  await page.route('**/snapshot.*', async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    await route.fulfill({ response, body: body.fill(7, 0, 4096) });
  });
  await openRuntime(page, sites.usual);
  expect(await open(page, GAME)).toMatchObject({ ok: true });
  const ready = await page.evaluate(() => {
    const { runtime } = window as unknown as { runtime: { getState(): object } };
    return runtime.getState();
  });
  expect(ready).toMatchObject({ kind: 'ready', snapshot: false });
});

test('a file cut short is named in a StartError', async ({ page, sites }) => {
  await page.route('**/stdlib.*', async (route) => {
    const response = await route.fetch();
    const body = (await response.body()).subarray(0, 1000);
    await route.fulfill({ status: 200, contentType: 'application/zip', body });
  });
  const failed = await openRuntime(page, sites.usual).catch((error: unknown) => String(error));
  expect(failed).toContain('1000 of its');
});
