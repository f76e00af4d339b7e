/** Real assets, a page that holds the client alone, and a listening server that counts what reaches it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createSocket } from 'node:dgram';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test as base, type Page } from '@playwright/test';
import { build } from 'esbuild';
import { WebSocketServer } from 'ws';
import { buildAssets, type AssetManifest } from '../../scripts/build-assets.mjs';
import { startServer } from '../../scripts/serve.mjs';
import { GAME } from './programs';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CACHE = path.join(ROOT, '.cache', 'runtime-tests');

/**
 * `usual`: as shipped. `plain`: no snapshot. `bare`: Python keeps the whole of `js`, so that the policy alone has to
 * hold. `probe`: no Python, but a script that does its worst.
 */
export type Variant = 'usual' | 'bare' | 'plain' | 'probe';

export interface Site {
  readonly address: string;
  /** Paths asked of the page's own server since the last `clear`. */
  readonly requests: string[];
}

export interface Listener {
  readonly port: number;
  /** Everything that reached the listening server: requests, sockets, upgrades. */
  readonly seen: string[];
}

interface Fixtures {
  sites: Record<Variant | 'unisolated' | 'probeUnisolated', Site>;
  listener: Listener;
}

async function buildSite(variant: Variant): Promise<string> {
  const folder = path.join(CACHE, variant);
  await mkdir(folder, { recursive: true });
  await buildAssets({
    outDir: path.join(folder, 'runtime'),
    friction: variant !== 'bare',
    snapshot: variant !== 'plain' && variant !== 'probe',
    compress: false,
    log: () => undefined,
  });
  await build({
    entryPoints: [path.join(import.meta.dirname, 'page.ts')],
    outfile: path.join(folder, 'page.js'),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    define: { 'import.meta.env.BASE_URL': '"/"' },
    logLevel: 'error',
  });
  const html = '<!doctype html><title>Runtime</title><script type="module" src="page.js"></script>';
  await writeFile(path.join(folder, 'index.html'), html);
  return folder;
}

/** The usual site with the probe in the worker's place. */
async function buildProbeSite(): Promise<string> {
  const folder = await buildSite('probe');
  const runtime = path.join(folder, 'runtime');
  const manifestFile = path.join(runtime, 'manifest.json');
  const manifest = JSON.parse(await readFile(manifestFile, 'utf8')) as AssetManifest;
  const result = await build({
    entryPoints: [path.join(import.meta.dirname, 'probe.worker.ts')],
    bundle: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  const probe = result.outputFiles[0]?.contents ?? new Uint8Array();
  // The assets are built anew only when their sources change, and the worker keeps its name.
  await writeFile(path.join(runtime, 'probe.js'), probe);
  manifest.files['worker'] = { path: 'probe.js', bytes: probe.length, sha256: '' };
  await writeFile(manifestFile, JSON.stringify(manifest));
  return folder;
}

async function openSite(
  folder: string,
  isolated: boolean,
): Promise<{ site: Site; server: Server }> {
  const requests: string[] = [];
  const onRequest = (request: IncomingMessage): void => void requests.push(request.url ?? '');
  const { server, address } = await startServer({ root: folder, port: 0, isolated, onRequest });
  return { site: { address, requests }, server };
}

/** Answers every origin and every request with a success, so that a connection that gets through is seen to succeed. */
async function listen(): Promise<{ listener: Listener; server: Server }> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(200, {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': '*',
      'Content-Type': 'text/javascript',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    response.end('globalThis.canary = 1;');
  });
  server.on('connection', () => seen.push('connection'));
  new WebSocketServer({ server }).on('connection', () => seen.push('websocket'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // WebTransport speaks over UDP.
  const datagrams = createSocket('udp4', () => seen.push('datagram'));
  datagrams.bind(port, '127.0.0.1').unref();
  return { listener: { port, seen }, server };
}

export const test = base.extend<object, Fixtures>({
  sites: [
    // Playwright wants the first parameter destructured.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const usual = await buildSite('usual');
      const probe = await buildProbeSite();
      const opened = {
        usual: await openSite(usual, true),
        unisolated: await openSite(usual, false),
        bare: await openSite(await buildSite('bare'), true),
        plain: await openSite(await buildSite('plain'), true),
        probe: await openSite(probe, true),
        probeUnisolated: await openSite(probe, false),
      };
      await use({
        usual: opened.usual.site,
        unisolated: opened.unisolated.site,
        bare: opened.bare.site,
        plain: opened.plain.site,
        probe: opened.probe.site,
        probeUnisolated: opened.probeUnisolated.site,
      });
      for (const { server } of Object.values(opened)) server.close();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  listener: [
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      const { listener, server } = await listen();
      await use(listener);
      server.closeAllConnections();
      server.close();
    },
    { scope: 'worker' },
  ],
});

/** What a call came to, as plain data that crosses into the test. */
export type Outcome =
  | { readonly ok: true; readonly value: unknown; readonly milliseconds: number }
  | {
      readonly ok: false;
      readonly name: string;
      readonly message: string;
      readonly nextStep: string;
      readonly traceback: string | null;
      readonly milliseconds: number;
    };

/** Opens the page with a runtime, and a session of it, ready to be called. */
export async function openRuntime(page: Page, site: Site, options: object = {}): Promise<void> {
  await page.goto(site.address);
  await page.evaluate(async (settings) => {
    const runtime = window.createRuntime(settings);
    const scope = window as unknown as { runtime: typeof runtime; session: unknown };
    scope.runtime = runtime;
    scope.session = runtime.session();
    await new Promise<void>((resolve, reject) => {
      const look = (state: ReturnType<typeof runtime.getState>): void => {
        if (state.kind === 'ready') resolve();
        else if (state.kind === 'failed') reject(state.error);
      };
      runtime.subscribe(look);
      look(runtime.getState());
    });
  }, options);
}

/** One call of the page's session. */
export function call(
  page: Page,
  method: string,
  params: object,
  options: object = {},
): Promise<Outcome> {
  return page.evaluate(
    async ([name, parameters, settings]) => {
      const { session } = window as unknown as {
        session: { call(method: string, params: object, options: object): Promise<unknown> };
      };
      const began = performance.now();
      const milliseconds = (): number => performance.now() - began;
      try {
        const value = await session.call(name, parameters, settings);
        return { ok: true as const, value, milliseconds: milliseconds() };
      } catch (error) {
        const { name, message, ...rest } = error as Error;
        const known = { nextStep: '', traceback: null, ...rest };
        const { nextStep, traceback } = known as { nextStep: string; traceback: string | null };
        const failed = { ok: false as const, name, message, nextStep, traceback };
        return { ...failed, milliseconds: milliseconds() };
      }
    },
    [method, params, options] as const,
  );
}

export const open = (page: Page, source: string, options: object = {}): Promise<Outcome> =>
  call(page, 'open', { source }, options);

export const position = (page: Page, options: object = {}): Promise<Outcome> =>
  call(page, 'position', { actions: [], seat: null }, options);

/** Opens a program and asks for its first position: the first of the two that fails, or the position. */
export async function play(page: Page, source: string, options: object = {}): Promise<Outcome> {
  const opened = await open(page, source, options);
  return opened.ok ? position(page, options) : opened;
}

/** The harmless game in the same session: the runtime is alive and serves the next call. */
export async function expectServed(page: Page): Promise<void> {
  expect(await play(page, GAME)).toMatchObject({
    ok: true,
    value: { player: 0, legal: ['take 1', 'take 2'] },
  });
}
