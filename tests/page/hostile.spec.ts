/** Programs that loop, swallow memory, exit or reach out: each ends in a clear message, and the next one is served. */
import { expect, test, type Page } from '@playwright/test';
import { check, legal, PLAIN_NIM, program, report, rules } from './rulewright';

const HOSTILE: Record<string, string> = {
  'endless loop': 'while True:\n    pass\n',
  'loop in C': 'sum(iter(int, 1))\n',
  'loop that swallows exceptions':
    'while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass\n',
  'memory bomb': 'hoard = []\nwhile True:\n    hoard.append(bytearray(1 << 24))\n',
  'deep recursion': 'def dig(n):\n    return dig(n + 1) + 1\n\n\ndig(0)\n',
  exit: 'import sys\nsys.exit(3)\n',
};

const REACHING = `${PLAIN_NIM}

def reach():
    import js
    for attempt in (
        lambda: js.fetch("SERVER/fetch"),
        lambda: js.localStorage.setItem("stolen", "1"),
        lambda: js.indexedDB.open("rulewright"),
        lambda: js.WebSocket.new("SERVER/socket"),
        lambda: js.importScripts("SERVER/script.js"),
        lambda: js.postMessage("forged"),
    ):
        try:
            attempt()
        except Exception:
            pass


try:
    reach()
except Exception:
    pass
`;

async function nextProgramIsServed(page: Page): Promise<void> {
  await check(page, PLAIN_NIM);
  await expect(report(page)).toContainText('100', { timeout: 60_000 });
  await expect(legal(page)).toHaveCount(3);
}

for (const [name, source] of Object.entries(HOSTILE)) {
  test(`${name}: a clear message, and the next program is served`, async ({ page }) => {
    await page.goto('/');
    await rules(page).fill('My typed rules stay.');
    await check(page, PLAIN_NIM + source);
    const trouble = page.getByRole('region', { name: 'Program' }).getByRole('group').last();
    await expect(
      trouble.or(
        report(page)
          .getByText(/fail|did not|stopped|ended|too long|memory/i)
          .first(),
      ),
    ).toBeVisible({
      timeout: 60_000,
    });
    await expect(rules(page)).toContainText('My typed rules stay.');
    await expect(program(page)).not.toBeEmpty();
    await nextProgramIsServed(page);
  });
}

test('a program that reaches for the network and the storage gets nothing', async ({
  page,
  baseURL,
}) => {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (/fetch|socket|script\.js/.test(new URL(request.url()).pathname)) seen.push(request.url());
  });
  await page.goto('/');
  const before = await page.evaluate(() => Object.keys(localStorage).sort().join());
  await check(page, REACHING.replaceAll('SERVER', (baseURL ?? '').replace(/\/$/, '')));
  await expect(report(page)).toContainText(/imports/i, { timeout: 60_000 });
  expect(seen).toEqual([]);
  expect(await page.evaluate(() => Object.keys(localStorage).sort().join())).toBe(before);
  await nextProgramIsServed(page);
});
