/** wllama as its own documentation has it called, with the sampling and the threads of the page's engine. */
import type { Wllama } from '@wllama/wllama/esm/index.js';
import program from '@wllama/wllama/esm/wasm/wllama.wasm?url';
import { threadCount } from '../../src/engines/features';
import { bareRequest, Gathered, starter, type Counts } from './answer';

/** Only in the page's own place: reading the library is part of a load. */
async function library(): Promise<Wllama> {
  const { Wllama: Library } = await import('@wllama/wllama/esm/index.js');
  const bare = new Library({ default: new URL(program, document.baseURI).href });
  // Without this, Safari would be sent to fetch another build.
  bare.setCompat(null);
  return bare;
}

async function weightAddresses(): Promise<string[]> {
  const { source } = starter();
  if (source.kind !== 'manifest') throw new Error('The starter has no manifest.');
  const manifest = new URL(source.address, document.baseURI);
  const listed = (await (await fetch(manifest)).json()) as { files: { name: string }[] };
  return listed.files.map(({ name }) => new URL(name, manifest).href);
}

/** The starter's GGUF files, as blobs. */
export async function fetchWeights(): Promise<Blob[]> {
  const addresses = await weightAddresses();
  return await Promise.all(addresses.map(async (address) => (await fetch(address)).blob()));
}

/** Loads from wllama's own cache, and fills it the first time. */
export async function openBareWllama(): Promise<Wllama> {
  const bare = await library();
  const [first = ''] = await weightAddresses();
  await bare.loadModelFromUrl(first, {
    n_ctx: starter().contextTokens,
    n_threads: threadCount(navigator.hardwareConcurrency, crossOriginIsolated),
    n_gpu_layers: 0,
  });
  return bare;
}

export async function askBareWllama(
  bare: Wllama,
  example: string,
  maxTokens: number,
  onPiece: () => void,
): Promise<Counts> {
  const gathered = new Gathered(onPiece);
  await bare.createCompletion({
    ...bareRequest(example, maxTokens),
    onData: ({ choices, timings }) =>
      gathered.take(
        choices[0]?.text,
        timings && {
          tokens: timings.predicted_n,
          promptTokens: timings.prompt_n + timings.cache_n,
        },
      ),
  });
  return gathered.counts;
}
