/**
 * Runs prompts through WebLLM in Node on Dawn, Chromium's WebGPU: `node dawn.mjs job.json answer.json`.
 *
 * For adapters that Chromium will not take, such as a software one with shader-f16. DAWN names the folder of the npm
 * package `webgpu`; the Vulkan loader finds the adapter by its own variables.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { require, runJob, serve, webllm } from './job.mjs';

const [jobPath, answerPath] = process.argv.slice(2);
const job = JSON.parse(readFileSync(jobPath, 'utf8'));
const { create, globals } = require(process.env.DAWN);
const { server, origin } = await serve(job);

/** A Cache of the page's, in memory. */
class MemoryCache {
  kept = new Map();
  async match(request) {
    return this.kept.get(String(request.url ?? request))?.clone();
  }
  async put(request, response) {
    this.kept.set(String(request.url ?? request), response);
  }
  async add(request) {
    await this.put(request, await fetch(request));
  }
  async delete(request) {
    return this.kept.delete(String(request.url ?? request));
  }
  async keys() {
    return [...this.kept.keys()].map((url) => ({ url }));
  }
}

const stores = new Map();
const caches = {
  async open(name) {
    if (!stores.has(name)) stores.set(name, new MemoryCache());
    return stores.get(name);
  },
};
const gpu = create(['backend=vulkan']);
const adapter = await gpu.requestAdapter();
console.error(`adapter: ${adapter?.info.description}; ${[...(adapter?.features ?? [])].join(' ')}`);

Object.assign(globalThis, globals, {
  navigator: { gpu, userAgent: 'node' },
  caches,
  location: { origin, href: origin },
  self: globalThis,
});
const { outputFiles } = await require('esbuild').build({
  entryPoints: [webllm],
  bundle: true,
  write: false,
  format: 'iife',
  globalName: 'webllm',
  platform: 'browser',
  logLevel: 'error',
  external: ['url', 'perf_hooks', 'ws', 'fs', 'crypto'],
});
// Without `process` and with a `window`, or the tokenizer would take this for Node and read files.
const load = new Function('process', 'require', 'window', `${outputFiles[0].text}; return webllm;`);
globalThis.webllm = load(undefined, undefined, globalThis);
const answer = await runJob(job);
writeFileSync(answerPath, JSON.stringify(answer));
server.close();
process.exit(0);
