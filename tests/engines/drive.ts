/** What a test asks of the engines in the page. */
import type { Page } from '@playwright/test';
import type { EngineState, GenerateRequest, GenerateResult, Model } from '../../src/engines/index';

export interface Failure {
  readonly name: string;
  readonly code: string | null;
  readonly message: string;
  readonly nextStep: string | null;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly milliseconds: number }
  | { readonly ok: false; readonly failure: Failure; readonly milliseconds: number };

/** One greedy answer: its tokens and, as base64 of float32, the logits that each was chosen from. */
export interface Seen {
  readonly tokens: readonly number[];
  readonly logits: readonly string[];
  readonly promptTokens: number;
  readonly milliseconds: number;
}

/** Opens the page and makes an engine for the model. */
export async function openEngine(page: Page, origin: string, model: Model): Promise<void> {
  await page.goto(origin);
  await page.waitForFunction(() => 'engines' in window);
  await makeEngine(page, model);
}

export async function makeEngine(page: Page, model: Model): Promise<void> {
  await page.evaluate((entry) => {
    window.kept = { engine: window.engines.createEngine(entry), states: [] };
  }, model);
}

/** Loads; `abortWhen` cancels at the first state for which it holds, a number after that many milliseconds. */
export async function load(page: Page, abortAfter?: number): Promise<Outcome<EngineState>> {
  return await page.evaluate(async (delay) => {
    const { engine, states } = window.kept;
    if (engine === undefined) throw new Error('no engine');
    const abort = new AbortController();
    let start = performance.now();
    if (delay !== undefined) {
      setTimeout(() => {
        start = performance.now();
        abort.abort();
      }, delay);
    }
    return await window.settle(
      async () => {
        await engine.load((state) => states?.push(state), abort.signal);
        return engine.getState();
      },
      () => start,
    );
  }, abortAfter);
}

/** Writes; cancels when `abortAtToken` pieces have come, and measures from then. */
export async function generate(
  page: Page,
  request: Partial<GenerateRequest>,
  abortAtToken?: number,
): Promise<Outcome<GenerateResult & { firstPiece: number; streamed: string }>> {
  return await page.evaluate(
    async ([asked, limit]) => {
      const { engine } = window.kept;
      if (engine === undefined) throw new Error('no engine');
      const abort = new AbortController();
      let start = performance.now();
      let firstPiece = 0;
      let streamed = '';
      const whole = { prompt: 'x', maxTokens: 32, temperature: 0, seed: 1, stop: [], ...asked };
      return await window.settle(
        async () => {
          const result = await engine.generate(
            whole,
            (piece, tokens) => {
              firstPiece ||= performance.now() - start;
              streamed += piece;
              if (limit !== undefined && tokens >= limit && !abort.signal.aborted) {
                start = performance.now();
                abort.abort();
              }
            },
            abort.signal,
          );
          return { ...result, firstPiece, streamed };
        },
        () => start,
      );
    },
    [request, abortAtToken] as const,
  );
}

export async function states(page: Page): Promise<EngineState[]> {
  return await page.evaluate(() => window.kept.states ?? []);
}

/** The value, or an error with what failed. */
export function value<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.failure.name} ${outcome.failure.code}: ${outcome.failure.message}`);
}

/** The failure, or an error when there was none. */
export function failure(outcome: Outcome<unknown>): Failure {
  if (!outcome.ok) return outcome.failure;
  throw new Error('expected a failure');
}
