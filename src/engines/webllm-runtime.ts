/** WebLLM itself: loads what a plan names, writes. The worker runs it; tests run it in the page to see logits. */
import type {
  InitProgressReport,
  LogitProcessor,
  MLCEngine,
  MLCEngineConfig,
} from '@mlc-ai/web-llm';
import { DeviceAhead } from './device-ahead';
import { EngineError, type GenerateRequest, type GenerateResult } from './engine';
import { forgetMade } from './made-cache';
import { readPipelineList } from './pipelines-ahead';
import { fetchPlan, isPlanKept, libraryAlias } from './webllm-files';
import type { WebllmLoadState, WebllmPlan } from './webllm-protocol';

/** An answer that the context cut off before this many tokens is none. */
const LEAST_ANSWER_TOKENS = 64;

/** Says before anything is fetched what WebLLM would find out after everything is. */
async function requireAdapter(plan: WebllmPlan): Promise<void> {
  if (typeof GPUAdapter === 'undefined') throw new Error('WebGPUNotAvailable');
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('WebGPUNotAvailable');
  const missing = plan.requiredFeatures.find((feature) => !adapter.features.has(feature));
  if (missing === 'shader-f16') throw new Error('ShaderF16Support');
  if (missing !== undefined) throw new Error(`FeatureSupport: ${missing}`);
  const offered = Math.min(
    adapter.limits.maxStorageBufferBindingSize,
    adapter.limits.maxBufferSize,
  );
  if ((plan.largestBindingBytes ?? 0) <= offered) return;
  const mib = (bytes: number): number => Math.floor(bytes / 2 ** 20);
  throw new EngineError(
    'unsupported',
    `The model needs buffers of ${mib(plan.largestBindingBytes ?? 0)} MiB, and the graphics processor offers ${mib(offered)} MiB.`,
    'Choose a smaller model, or the starter model.',
  );
}

export interface LoadHooks {
  readonly onState: (state: WebllmLoadState) => void;
  /** The GPU device went away, at any time after the load began. */
  readonly onLost: (reason: string) => void;
  /** Sees the logits of every step. */
  readonly logits?: LogitProcessor;
}

function configFor(
  plan: WebllmPlan,
  { logits }: LoadHooks,
  initProgressCallback: (report: InitProgressReport) => void,
): MLCEngineConfig {
  const record = {
    model: plan.folder,
    model_id: plan.id,
    model_lib: libraryAlias(plan),
    required_features: [...plan.requiredFeatures],
    overrides: { context_window_size: plan.contextTokens },
  };
  return {
    appConfig: { model_list: [record] },
    initProgressCallback,
    logLevel: 'WARN',
    ...(logits === undefined ? {} : { logitProcessorRegistry: new Map([[plan.id, logits]]) }),
  };
}

export class WebllmRuntime {
  #interrupted = false;

  private constructor(
    private readonly engine: MLCEngine,
    private readonly contextTokens: number,
    /** "WebGPU - …" */
    readonly backend: string,
  ) {}

  /** Fetches, compiles. Throws EngineError, or what WebLLM throws. */
  static async load(plan: WebllmPlan, hooks: LoadHooks): Promise<WebllmRuntime> {
    const adapter = requireAdapter(plan);
    adapter.catch(() => undefined);
    // Kept files are read and checked while WebLLM starts. It does not start before a long download: a graphics device
    // that is held all the while may be lost.
    const early = plan.gguf !== null && (await isPlanKept(plan));
    if (!early) await adapter;
    let backend = 'WebGPU';
    const onReport = ({ text }: InitProgressReport): void => {
      backend = /^Finish loading on (.+)$/.exec(text)?.[1]?.trim() ?? backend;
    };
    const device = new DeviceAhead(await readPipelineList(plan.library), hooks.onLost);
    if (early) device.begin();
    // Ends with the worker: to stop a fetch, the page terminates it.
    const fetching = fetchPlan(plan, hooks.onState, new AbortController().signal);
    // WebLLM's own code is read in meanwhile; it is large and holds this thread, so what goes on elsewhere begins first.
    const importing = import('@mlc-ai/web-llm');
    try {
      await adapter;
      if (!early) await fetching;
      const { MLCEngine } = await importing;
      device.install();
      const engine = new MLCEngine(configFor(plan, hooks, onReport));
      const loading = engine.reload(plan.id);
      // Of two failures the first is told: what is wrong with a file, before what WebLLM makes of it.
      loading.catch(() => undefined);
      await Promise.race([fetching, loading]);
      hooks.onState({ kind: 'compiling' });
      await loading;
      await device.keep(plan.library);
      return new WebllmRuntime(engine, plan.contextTokens, backend);
    } finally {
      fetching.catch(() => undefined);
      importing.catch(() => undefined);
      forgetMade();
      await device.release();
    }
  }

  async generate(
    request: GenerateRequest,
    onToken: (piece: string, tokens: number) => void,
  ): Promise<GenerateResult> {
    this.#interrupted = false;
    const start = performance.now();
    let [text, tokens, promptTokens] = ['', 0, 0];
    let finish: GenerateResult['finish'] = 'length';
    // Always streaming: an interrupt of a call that does not stream sticks to the next one.
    const chunks = await this.engine.completions.create({
      prompt: request.prompt,
      max_tokens: request.maxTokens,
      temperature: request.temperature,
      top_p: request.topP ?? 1,
      seed: request.seed,
      stop: [...request.stop],
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of chunks) {
      const choice = chunk.choices[0];
      if (choice !== undefined && choice.finish_reason === null) {
        tokens += 1;
        text += choice.text;
        if (choice.text !== '') onToken(choice.text, tokens);
      }
      if (choice?.finish_reason === 'stop') finish = 'stop';
      promptTokens = chunk.usage?.prompt_tokens ?? promptTokens;
      tokens = chunk.usage?.completion_tokens ?? tokens;
      // An interrupt that came before the stream began would be forgotten by it.
      if (this.#interrupted) await this.engine.interruptGenerate();
    }
    const room = this.contextTokens - promptTokens;
    const wanted = Math.min(request.maxTokens, LEAST_ANSWER_TOKENS);
    if (finish === 'length' && !this.#interrupted && tokens < wanted && room < wanted) {
      throw noRoom(promptTokens, this.contextTokens);
    }
    return { text, promptTokens, tokens, milliseconds: performance.now() - start, finish };
  }

  interrupt(): void {
    this.#interrupted = true;
    void this.engine.interruptGenerate();
  }
}

function noRoom(promptTokens: number, contextTokens: number): EngineError {
  return new EngineError(
    'context-overflow',
    `The rules take ${promptTokens} tokens and leave no room for an answer: this model holds ${contextTokens}.`,
    'Shorten the rules, or choose a model with a larger context.',
  );
}
