/** The starter through WebLLM, from the GGUF files that ship: tokens and logits against transformers. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './gpu';
import { servePage, type PageServer } from './serve-page';

const REPOSITORY = join(import.meta.dirname, '../..');
const OUT = mkdtempSync(join(tmpdir(), 'reference-'));
/** The library takes 128 tokens of a prompt at a time: the last two pass that. */
const LENGTHS = [8, 150, 900];
/** SwiftShader reads about ten tokens a second on two idle cores. */
const MOST_MILLISECONDS = 900_000;
const NEW_TOKENS = 4;
const TOLERANCE = 5e-3;

interface Answer {
  readonly length: number;
  readonly prompt: string;
  readonly tokens: readonly number[];
}

let server: PageServer;
let answers: Answer[];

function askTransformers(): Answer[] {
  const script = join(import.meta.dirname, 'reference.py');
  const asked = [OUT, ...LENGTHS.map(String), '--tokens', String(NEW_TOKENS)];
  execFileSync('uv', ['run', '--quiet', '--project', 'train', 'python', script, ...asked], {
    cwd: REPOSITORY,
    env: { ...process.env, PYTHONPATH: ['train', 'python', 'datasets'].join(delimiter) },
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  return JSON.parse(readFileSync(join(OUT, 'answers.json'), 'utf8')) as Answer[];
}

function floats(bytes: Buffer): Float32Array {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

async function openPage(page: Page): Promise<void> {
  await page.goto(server.origin);
  await page.waitForFunction(() => 'engines' in window);
}

test.beforeAll(async () => {
  test.setTimeout(300_000);
  server = await servePage(
    {
      '/models/starter/': join(REPOSITORY, 'models/starter'),
      '/models/library/': join(REPOSITORY, 'models/library/built'),
    },
    true,
  );
  answers = askTransformers();
});

test.afterAll(async () => {
  await server.close();
  rmSync(OUT, { recursive: true });
});

test('tokens and logits are those of transformers on the same weights', async ({ page }) => {
  test.setTimeout(MOST_MILLISECONDS);
  await openPage(page);
  const seen = await page.evaluate(
    async ([prompts, tokens]) => {
      const model = window.engines.findModel('starter-webgpu');
      if (model?.engine !== 'webllm') throw new Error('no starter for WebLLM');
      return await window.watch(model, prompts, tokens);
    },
    [answers.map(({ prompt }) => prompt), NEW_TOKENS] as const,
  );
  expect(seen).toHaveLength(LENGTHS.length);
  for (const [index, { length, tokens }] of answers.entries()) {
    const run = seen[index];
    expect(run?.promptTokens).toBe(length);
    expect(run?.tokens).toEqual(tokens);
    const expected = floats(readFileSync(join(OUT, `logits-${length}.f32`)));
    const vocabulary = expected.length / NEW_TOKENS;
    expect(run?.logits).toHaveLength(NEW_TOKENS);
    for (const [step, encoded] of (run?.logits ?? []).entries()) {
      const found = floats(Buffer.from(encoded, 'base64'));
      expect(found.length).toBe(vocabulary);
      const furthest = found.reduce(
        (most, value, id) =>
          Math.max(most, Math.abs(value - (expected[step * vocabulary + id] ?? NaN))),
        0,
      );
      expect(furthest).toBeLessThan(TOLERANCE);
    }
  }
});
