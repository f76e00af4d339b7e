/** What a program can reach: nothing. First with raw JavaScript in the worker's place, then from Python. */
import { expect, type Page } from '@playwright/test';
import { expectServed, open, openRuntime, play, test, type Site } from './harness';
import { GAME, withCode } from './programs';
import { fatalAttempts, pythonAttempts } from './python-attempts';

/** Notes what reaches the page from outside the client's port. */
async function listenOnPage(page: Page): Promise<void> {
  await page.evaluate(() => {
    const heard: unknown[] = [];
    (window as unknown as { heard: unknown[] }).heard = heard;
    new BroadcastChannel('page').onmessage = (event) => heard.push(event.data);
    addEventListener('message', (event) => heard.push(event.data));
    addEventListener('storage', () => heard.push('storage'));
    localStorage.setItem('secret', 'of the page');
    document.cookie = 'secret=of-the-page';
  });
}

const heardOnPage = (page: Page): Promise<unknown[]> =>
  page.evaluate(() => (window as unknown as { heard: unknown[] }).heard);

/** What the probe found, one entry an attempt. */
async function attempts(page: Page, site: Site, port: number): Promise<Record<string, string>> {
  const outcome = await open(page, JSON.stringify({ port, page: site.address }));
  const { traceback } = outcome as { traceback: string };
  return JSON.parse(traceback) as Record<string, string>;
}

for (const name of ['probe', 'probeUnisolated'] as const) {
  test(`JavaScript in the worker reaches nothing (${name})`, async ({ page, sites, listener }) => {
    const site = sites[name];
    await openRuntime(page, site);
    await listenOnPage(page);
    listener.seen.length = 0;
    site.requests.length = 0;
    const found = await attempts(page, site, listener.port);
    expect(Object.keys(found).length).toBeGreaterThan(40);
    const reached = Object.entries(found).filter(([, outcome]) => outcome.startsWith('reached'));
    expect(reached).toEqual([]);
    await page.waitForTimeout(500);
    expect(listener.seen).toEqual([]);
    expect(site.requests).toEqual([]);
    expect(await heardOnPage(page)).toEqual([]);
    expect(page.context().pages()).toHaveLength(1);
  });
}

test('JavaScript in the worker reaches nothing from an https page', async ({
  page,
  sites,
  listener,
}) => {
  // A secure page has interfaces that others lack; a worker of an opaque origin gets none of them.
  const address = 'https://rulewright.test/';
  await page.route(`${address}**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    await route.fulfill({
      response: await route.fetch({ url: new URL(pathname, sites.probe.address).href }),
    });
  });
  const site = { address, requests: sites.probe.requests };
  await openRuntime(page, site);
  await listenOnPage(page);
  listener.seen.length = 0;
  site.requests.length = 0;
  const found = await attempts(page, site, listener.port);
  expect(Object.entries(found).filter(([, outcome]) => outcome.startsWith('reached'))).toEqual([]);
  expect(listener.seen).toEqual([]);
  expect(site.requests).toEqual([]);
  expect(await heardOnPage(page)).toEqual([]);
});

test('the listening server is reached from the page itself', async ({ page, sites, listener }) => {
  // Without this the tests beside it could pass because nothing listens.
  await page.goto(sites.unisolated.address);
  listener.seen.length = 0;
  const status = await page.evaluate(
    async (port) => (await fetch(`http://127.0.0.1:${port}/page`)).status,
    listener.port,
  );
  expect(status).toBe(200);
  expect(listener.seen).toEqual(['connection', 'GET /page']);
});

test('the frame has an opaque origin and no way out', async ({ page, sites, listener }) => {
  await openRuntime(page, sites.usual);
  const frame = page.frames()[1];
  listener.seen.length = 0;
  const found = await frame?.evaluate(async (port) => {
    const refused = async (act: () => unknown): Promise<boolean> => {
      try {
        return (await act()) === null;
      } catch {
        return true;
      }
    };
    const http = `http://127.0.0.1:${port}/`;
    return {
      origin: self.origin,
      page: await refused(() => parent.document),
      storage: await refused(() => localStorage),
      cookies: await refused(() => document.cookie),
      window: await refused(() => window.open(`${http}window`)),
      top: await refused(() => {
        if (top) top.location.href = `${http}top`;
        return new Promise((_resolve, reject) => setTimeout(reject, 300));
      }),
      fetch: await refused(() => fetch(`${http}frame`)),
      image: await refused(
        () =>
          new Promise((resolve, reject) => {
            const image = new Image();
            image.onload = resolve;
            image.onerror = reject;
            image.src = `${http}image`;
          }),
      ),
    };
  }, listener.port);
  expect(found).toEqual({
    origin: 'null',
    page: true,
    storage: true,
    cookies: true,
    window: true,
    top: true,
    fetch: true,
    image: true,
  });
  expect(listener.seen).toEqual([]);
  expect(page.url()).toBe(sites.usual.address);
});

for (const name of ['usual', 'bare'] as const) {
  test(`Python reaches nothing (${name})`, async ({ page, sites, listener }) => {
    const site = sites[name];
    await openRuntime(page, site);
    await listenOnPage(page);
    listener.seen.length = 0;
    site.requests.length = 0;
    const source = GAME + pythonAttempts({ port: listener.port, page: site.address });
    expect(await open(page, source)).toMatchObject({ ok: true });
    // The attempts that take their time are told by a later call.
    await page.waitForTimeout(2500);
    const told = await page.evaluate(async () => {
      const { session } = window as unknown as {
        session: { call(method: string, params: object): Promise<{ view: object }> };
      };
      return (await session.call('position', { actions: ['take 1'], seat: null })).view;
    });
    const { found } = told as { found: Record<string, string> };
    if (name === 'bare') {
      // With `js` in hand every attempt is really made.
      expect(found['js']).toContain('found');
    }
    const reached = Object.entries(found).filter(([, outcome]) => outcome.startsWith('reached'));
    expect(reached).toEqual([]);
    expect(Object.keys(found).length).toBeGreaterThan(name === 'bare' ? 30 : 10);
    expect(listener.seen).toEqual([]);
    expect(site.requests).toEqual([]);
    expect(await heardOnPage(page)).toEqual([]);
    await expectServed(page);
  });
}

test('attempts that end the interpreter reach nothing either', async ({
  page,
  sites,
  listener,
}) => {
  await openRuntime(page, sites.bare);
  listener.seen.length = 0;
  const programs = fatalAttempts({ port: listener.port, page: sites.bare.address });
  for (const [name, code] of Object.entries(programs)) {
    await play(page, withCode(code), { deadline: 5000 });
    await page.waitForTimeout(300);
    expect(listener.seen, name).toEqual([]);
  }
  await expectServed(page);
});
