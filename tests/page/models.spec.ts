/** Which engine and which model writes: chosen by the browser, by the person, by an address. */
import { expect, test } from '../engines/gpu';
import { legal, playToTheEnd, report, rules, write } from './rulewright';

test('the starter writes a whole game through WebLLM where a person chooses so', async ({
  page,
}) => {
  // A software adapter writes about two tokens a second on idle cores.
  test.setTimeout(1_200_000);
  await page.goto('/');
  await page.getByText('About this model').click();
  const choice = page.getByRole('combobox', { name: 'Runs on' });
  await expect(choice).toHaveValue('automatic');
  await expect(choice).toHaveAccessibleDescription(/^It runs on the processor\..*in software/);
  await choice.selectOption('webllm');
  await expect(choice).toHaveAccessibleDescription(/graphics processor because you chose so/);
  await rules(page).fill(
    'Nim with one heap of 9. Take one or two. Whoever takes the last one wins.',
  );
  await write(page).click();
  await expect(report(page)).toContainText('100', { timeout: 1_000_000 });
  await expect(legal(page)).toHaveCount(2);
  await playToTheEnd(page);
  const kept = await page.evaluate(async () => {
    const of = async (name: string) => (await (await caches.open(name)).keys()).length;
    return { library: await of('webllm/wasm'), shards: await of('webllm/model') };
  });
  // The weights are kept once, as the other engine has them.
  expect(kept).toEqual({ library: 1, shards: 0 });

  await page.reload();
  await page.getByText('About this model').click();
  await expect(choice).toHaveValue('webllm');
  await expect(choice).toHaveAccessibleDescription(/because you chose so/);
});

test('models of one’s own are offered by the address of their catalogue', async ({ page }) => {
  const entry = {
    id: 'mine',
    engine: 'wllama',
    title: 'My own model',
    description: 'Distilled at home.',
    group: 'mine',
    writes: 'families',
    licence: { name: 'Apache-2.0', address: 'LICENSE', note: null },
    contextTokens: 2048,
    answerTokens: 768,
    prompt: { template: '{rules}' },
    stop: ['<|im_end|>'],
    totalBytes: 78_000_000,
    source: { kind: 'manifest', address: 'gguf/manifest.json' },
  };
  const answers: Record<string, string> = {
    'good/catalogue.json': JSON.stringify({ version: 1, models: [entry] }),
    'bad/catalogue.json': JSON.stringify({ version: 1, models: [{ ...entry, prompt: {} }] }),
  };
  await page.route('**/own/**', async (route) => {
    const name = new URL(route.request().url()).pathname.replace(/^.*\/own\//, '');
    const body = answers[name];
    await route.fulfill(body === undefined ? { status: 404 } : { body });
  });
  await page.goto('/');
  await page.getByText('About this model').click();
  const address = page.getByRole('textbox', { name: 'Custom address' });
  const use = page.getByRole('button', { name: 'Use it' });
  for (const [typed, why] of [
    ['ftp://a.org/x', /must start with http/],
    ['own/weights.bin', /neither a catalogue .* nor a GGUF/],
    ['own/none', /own\/none\/catalogue\.json could not be fetched: the server answered 404/],
    ['own/bad', /no catalogue of models \(models\.0\.prompt/],
  ] as const) {
    await address.fill(typed);
    await use.click();
    await expect(page.getByRole('alert')).toContainText(why);
  }
  await address.fill('own/good/');
  await use.click();
  const model = page.getByRole('combobox', { name: 'Model' });
  await expect(model.locator('option:checked')).toHaveText('My own model, 78 MB');
  await expect(page.getByRole('alert')).toHaveCount(0);
  await expect(page.getByText('Distilled at home.')).toBeVisible();

  await page.reload();
  await expect(model.locator('option:checked')).toHaveText('My own model, 78 MB');
});
