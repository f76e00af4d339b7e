/** What raw JavaScript can reach in the place where a program's interpreter runs: nothing that leads out. */
import path from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { beforeAll, expect, it } from 'vitest';
import { forbidCodeFromText } from './source';

const ROOT = path.dirname(import.meta.dirname);
/** An empty WebAssembly module. */
const EMPTY = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));

beforeAll(forbidCodeFromText);

/** Runs each expression in the place of the page's worker and gives what came of it. */
async function attempt(expressions: readonly string[]): Promise<string[]> {
  const tries = expressions.map((code) => `async () => (${code})`).join(', ');
  const script = `self.onmessage = async ({ data }) => {
    const found = [];
    for (const reach of [${tries}]) {
      try { found.push(String(await reach())); } catch (error) { found.push('refused'); }
    }
    data.port.postMessage(JSON.stringify(found));
  };`;
  const { port1, port2 } = new MessageChannel();
  const assets = { stdlib: new Uint8Array(1), archive: '{}', snapshot: null };
  const worker = new Worker(path.join(ROOT, 'cli', 'worker.mjs'), {
    workerData: { script, start: { module: EMPTY, assets, port: port2 } },
    transferList: [port2],
    env: {},
    execArgv: [],
  });
  try {
    return await new Promise((resolve, reject) => {
      worker.once('error', reject);
      port1.once('message', (text: string) => resolve(JSON.parse(text) as string[]));
    });
  } finally {
    port1.close();
    await worker.terminate();
  }
}

it('has nothing of Node and no way to ask for it', async () => {
  const names = [
    'process',
    'require',
    'module',
    'fetch',
    'WebSocket',
    'Worker',
    'Buffer',
    'EventSource',
  ];
  const found = await attempt(names.map((name) => `typeof ${name}`));
  expect(found).toEqual(names.map(() => 'undefined'));
  expect(await attempt(["import('node:fs')", "import('data:text/javascript,1')"])).toEqual([
    'refused',
    'refused',
  ]);
});

it('makes no code from text, whoever made the function that is asked', async () => {
  const makers = [
    "eval('1')",
    "new Function('return 1')()",
    "(async () => {}).constructor('return 1')()",
    "URL.constructor('return 1')()",
    "setTimeout.constructor('return 1')()",
    "performance.now.constructor('return 1')()",
    "data.port.constructor.constructor('return 1')()",
    "Response.prototype.arrayBuffer.constructor('return 1')()",
    "(() => { try { new URL('::') } catch (error) { return error.constructor.constructor('return 1')() } })()",
    "setTimeout('globalThis.ran = 1')",
  ];
  expect(await attempt(makers)).toEqual(makers.map(() => 'refused'));
  // The control: what is no code from text runs.
  expect(await attempt(['1 + 1', "new URL('https://a.b/').host"])).toEqual(['2', 'a.b']);
});
