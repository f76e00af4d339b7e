/** A page with nothing but the engines, for the tests to drive. */
import * as engines from '../../../src/engines/index';
import { planFor } from '../../../src/engines/webllm';
import { WebllmRuntime } from '../../../src/engines/webllm-runtime';
import type { Outcome, Seen } from '../drive';

declare global {
  interface Window {
    engines: typeof engines;
    /** Runs something and tells how it ended; milliseconds count from `start`. */
    settle: <T>(work: () => Promise<T>, start: () => number) => Promise<Outcome<T>>;
    /** Writes greedily through WebLLM in the page itself, which shows the logits that a worker keeps to itself. */
    watch: (
      model: engines.WebllmModel,
      prompts: readonly string[],
      tokens: number,
    ) => Promise<Seen[]>;
    /** What a test keeps between its steps. */
    kept: { engine?: engines.Engine; states?: engines.EngineState[] };
  }
}

window.engines = engines;
window.kept = {};
window.settle = async (work, start) => {
  try {
    const value = await work();
    return { ok: true, value, milliseconds: performance.now() - start() };
  } catch (error) {
    const milliseconds = performance.now() - start();
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const known = error instanceof engines.EngineError ? error : null;
    const failure = { name, message, code: known?.code ?? null, nextStep: known?.nextStep ?? null };
    return { ok: false, failure, milliseconds };
  }
};

function base64(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  }
  return btoa(text);
}

window.watch = async (model, prompts, maxTokens) => {
  let seen: { tokens: number[]; logits: string[] } = { tokens: [], logits: [] };
  const runtime = await WebllmRuntime.load(planFor(model), {
    onState: () => undefined,
    onLost: (reason) => console.error(`device lost: ${reason}`),
    logits: {
      processLogits: (logits) => {
        seen.logits.push(base64(Float32Array.from(logits)));
        return logits;
      },
      processSampledToken: (token) => void seen.tokens.push(token),
      resetState: () => undefined,
    },
  });
  const runs: Seen[] = [];
  for (const prompt of prompts) {
    seen = { tokens: [], logits: [] };
    const request = { prompt, maxTokens, temperature: 0, seed: 0, stop: ['<|im_end|>'] };
    const { promptTokens, milliseconds } = await runtime.generate(request, () => undefined);
    runs.push({ ...seen, promptTokens, milliseconds });
  }
  return runs;
};
