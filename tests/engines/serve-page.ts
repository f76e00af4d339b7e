/** Builds the test page and serves it, with model files whose delivery a test can break. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { build } from 'vite';
import { PAGE_POLICY } from '../../scripts/serve.mjs';

/** How a file is delivered; by file name, the next requests get it until it is taken away. */
export type Fault =
  | { readonly kind: 'cut'; readonly bytes: number }
  | { readonly kind: 'flip'; readonly at: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number };

export interface PageServer {
  readonly origin: string;
  readonly faults: Map<string, Fault>;
  /** File names asked for, in order. */
  readonly requests: string[];
  close(): Promise<void>;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** @param folders what is served under each path, such as {'/tiny/': '/tmp/…'} */
export async function servePage(
  folders: Readonly<Record<string, string>>,
  isolated: boolean,
): Promise<PageServer> {
  const root = join(import.meta.dirname, 'page');
  const outDir = await mkdtemp(join(tmpdir(), 'engines-page-'));
  await build({
    root,
    base: './',
    configFile: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: 10_000 },
  });
  const faults = new Map<string, Fault>();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname));
    const prefix = Object.keys(folders).find((start) => path.startsWith(start));
    const [folder, inside] =
      prefix === undefined
        ? [outDir, path === '/' ? '/index.html' : path]
        : [folders[prefix] ?? outDir, path.slice(prefix.length)];
    const name = inside.split('/').at(-1) ?? '';
    requests.push(name);
    const fault = faults.get(name);
    const file = join(folder, inside);
    if (fault?.kind === 'missing' || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
    response.setHeader('cross-origin-resource-policy', 'same-origin');
    response.setHeader('content-security-policy', PAGE_POLICY);
    if (inside.startsWith('/assets/')) {
      response.setHeader('cache-control', 'public, max-age=31536000, immutable');
    }
    if (isolated) {
      response.setHeader('cross-origin-opener-policy', 'same-origin');
      response.setHeader('cross-origin-embedder-policy', 'require-corp');
    }
    deliver(file, fault, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    faults,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(outDir, { recursive: true });
    },
  };
}

function deliver(file: string, fault: Fault | undefined, response: ServerResponse): void {
  const size = statSync(file).size;
  const length = fault?.kind === 'cut' ? fault.bytes : size;
  response.setHeader('content-length', length);
  const end = length - 1;
  if (fault?.kind === 'slow') {
    const chunk = 16 * 1024;
    const stream = createReadStream(file, { highWaterMark: chunk });
    const wait = (chunk / fault.bytesPerSecond) * 1000;
    stream.on('data', (part) => {
      response.write(part);
      stream.pause();
      setTimeout(() => stream.resume(), wait);
    });
    stream.on('end', () => response.end());
    response.on('close', () => stream.destroy());
    return;
  }
  const stream = createReadStream(file, { end });
  let offset = 0;
  stream.on('data', (part) => {
    const bytes = Buffer.from(part);
    const at = fault?.kind === 'flip' ? fault.at - offset : -1;
    if (at >= 0 && at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    offset += bytes.length;
    response.write(bytes);
  });
  stream.on('end', () => response.end());
  response.on('close', () => stream.destroy());
}
