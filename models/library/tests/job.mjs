// What a library is asked to do, wherever it runs: the files of a job over HTTP, and the job itself.
import { createServer } from 'node:http';
import { createReadStream, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';

export const require = createRequire(import.meta.url);
export const webllm = require.resolve('@mlc-ai/web-llm');

const TYPES = { '.js': 'text/javascript', '.json': 'application/json', '.wasm': 'application/wasm' };

function fileFor(job, path) {
  if (path === '/webllm.js') return webllm;
  if (path === '/library.wasm') return job.library;
  const prefix = '/model/resolve/main/';
  return path.startsWith(prefix) ? join(job.model, normalize(path.slice(prefix.length))) : null;
}

/** Serves a job's library and model, and an empty page; returns the server and its origin. */
export async function serve(job) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, 'http://host').pathname;
    if (path === '/') {
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>test</title>');
      return;
    }
    const file = fileFor(job, path);
    const found = file && statSync(file, { throwIfNoEntry: false });
    if (!found) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-length': found.size });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${server.address().port}` };
}

/** In the page: loads the model, completes every prompt and returns tokens, logits (base64) and times. */
export async function runJob({ requests, context, wantLogits, probe }) {
  const { CreateMLCEngine } = globalThis.webllm ?? (await import('/webllm.js'));
  const seen = { tokens: [], logits: [] };
  const encode = (floats) => {
    const bytes = new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength);
    let text = '';
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return btoa(text);
  };
  const processor = {
    processLogits(logits) {
      if (wantLogits) seen.logits.push(encode(Float32Array.from(logits)));
      return logits;
    },
    processSampledToken: (token) => void seen.tokens.push(token),
    resetState() {},
  };
  const record = { model: `${location.origin}/model`, model_id: 'm', model_lib: `${location.origin}/library.wasm` };
  const start = performance.now();
  const engine = await CreateMLCEngine(
    'm',
    {
      appConfig: { model_list: [record] },
      logitProcessorRegistry: new Map([['m', processor]]),
      logLevel: 'WARN',
    },
    { context_window_size: context },
  );
  const answer = { loadMs: performance.now() - start, runs: [] };
  for (const request of requests) {
    Object.assign(seen, { tokens: [], logits: [] });
    const began = performance.now();
    let text = '';
    let usage = null;
    const stream = await engine.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) {
      text += chunk.choices[0]?.text ?? '';
      usage = chunk.usage ?? usage;
    }
    const ms = performance.now() - began;
    answer.runs.push({ text, tokens: seen.tokens, logits: seen.logits, usage, ms });
  }
  if (probe) answer.probe = await probeSampling(engine, probe);
  await engine.unload();
  return answer;

  /** Calls the functions on logits one by one, as the pipeline does, and returns what they leave. */
  async function probeSampling(engine, { logits, temperature, topP, uniforms, bias, penalty, mask }) {
    const pipeline = engine.loadedModelIdToPipeline.get('m');
    const { tvm, device } = pipeline;
    const size = logits.length;
    const upload = (values, shape, type) =>
      tvm.empty(shape, type, device).copyFrom(type === 'int32' ? Int32Array.from(values) : Float32Array.from(values));
    const download = async (tensor) => {
      const copy = tvm.empty(tensor.shape, tensor.dtype, tvm.cpu()).copyFrom(tensor);
      await device.sync();
      return Array.from(copy.toArray());
    };
    const { length: count } = bias.tokens;
    const tokens = () => upload(bias.tokens, [count], 'int32');
    const rows = () => upload(new Array(count).fill(0), [count], 'int32');
    const found = {};
    tvm.beginScope();
    const original = () => upload(logits, [1, size], 'float32');
    const biased = original();
    pipeline.fapplyLogitBias(biased, rows(), tokens(), upload(bias.values, [count], 'float32'));
    found.biased = await download(biased);
    const penalised = original();
    const first = upload([0], [1], 'int32');
    const counts = upload(penalty.counts, [count], 'int32');
    pipeline.fapplyPenalty(penalised, first, rows(), tokens(), counts, upload(penalty.values, [1, 3], 'float32'));
    found.penalised = await download(penalised);
    const masked = original();
    pipeline.fapplyBitmask(masked, first, upload(mask, [1, mask.length], 'int32'));
    found.masked = await download(masked);
    const heat = upload([temperature], [1], 'float32');
    const probabilities = pipeline.fsoftmaxWithTemperature(original().view([1, 1, size]), heat);
    found.probabilities = await download(probabilities);
    const sorted = pipeline.fargsortProbs(probabilities.view([1, size]));
    found.sorted = await download(sorted.get(0));
    found.index = await download(sorted.get(1));
    found.samples = [];
    for (const uniform of uniforms) {
      const drawn = pipeline.fsampleWithTopP(
        sorted.get(0),
        sorted.get(1),
        upload([uniform], [1], 'float32'),
        first,
        upload([topP], [1], 'float32'),
      );
      found.samples.push(...(await download(drawn)));
    }
    tvm.endScope();
    return found;
  }
}
