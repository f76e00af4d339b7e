/**
 * Serves a built page from a folder: cross-origin isolated (for WebAssembly threads), with the page's security policy,
 * byte ranges, precompressed files, and index.html for the page's own addresses.
 *
 * Usage: node scripts/serve.mjs [FOLDER]   (dist/ by default; PORT, 4173 by default; HOST, 127.0.0.1 by default)
 */
import { createReadStream, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};

/**
 * The page may fetch models from any https address that the person chose; scripts come from the page's origin alone,
 * but for the sandbox page's one script, which the page passes on as text when there is no network.
 */
const pagePolicy = (sandboxScript) =>
  [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval'${sandboxScript}`,
    "worker-src 'self' blob:",
    "frame-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' blob: data: https: http://localhost:* http://127.0.0.1:*",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
  ].join('; ');

/** The policy of a page without a sandbox beside it. */
export const PAGE_POLICY = pagePolicy('');

/** The policy's source for the sandbox page's script, read from that page; empty when there is none. */
function sandboxScriptSource(root) {
  try {
    const page = readFileSync(path.join(root, 'runtime', 'sandbox.html'), 'utf8');
    const hash = /script-src ('sha256-[\w+/=]+')/.exec(page)?.[1];
    return hash === undefined ? '' : ` ${hash}`;
  } catch {
    return '';
  }
}

/** The sandbox page states its own policy; this keeps its origin opaque even where it is opened by itself. */
const SANDBOX_POLICY = "sandbox allow-scripts; frame-ancestors 'self'";

const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Names with a hash of the content in them never change. */
const HASHED = /[.-][\w-]{8,}\.\w+$/;

/**
 * @typedef {object} ServeOptions
 * @property {string} root folder to serve
 * @property {boolean} [isolated] false leaves out the isolation headers
 * @property {(request: import('node:http').IncomingMessage) => void} [onRequest]
 */

/** @param {ServeOptions} options @returns {import('node:http').Server} not yet listening */
export function createStaticServer(options) {
  const root = path.resolve(options.root);
  const site = {
    root,
    isolated: options.isolated ?? true,
    policy: pagePolicy(sandboxScriptSource(root)),
  };
  return createServer((request, response) => {
    options.onRequest?.(request);
    answer(request, response, site).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
}

async function answer(request, response, site) {
  const { root } = site;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(response, 405, 'Only GET and HEAD are served.', { Allow: 'GET, HEAD' });
  }
  const pathname = decodedPath(request.url ?? '/');
  if (pathname === null) return refuse(response, 400, 'This address cannot be read.');
  const found = await findFile(root, pathname);
  if (!found) {
    const missing = pathname === '/' ? 'Nothing is built yet: run "npm run build".' : 'Not found.';
    return refuse(response, 404, missing);
  }
  const headers = {
    ...baseHeaders(found.file, site),
    ETag: `"${found.info.size.toString(16)}-${Math.round(found.info.mtimeMs).toString(16)}"`,
  };
  if (request.headers['if-none-match'] === headers.ETag) {
    response.writeHead(304, headers).end();
    return;
  }
  await send(request, response, found, headers);
}

function refuse(response, status, text, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${text}\n`);
}

function baseHeaders(file, { isolated, policy }) {
  const base = path.basename(file);
  return {
    'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream',
    'Cache-Control':
      HASHED.test(base) && !base.endsWith('.gguf')
        ? 'public, max-age=31536000, immutable'
        : 'no-cache',
    'Content-Security-Policy': base === 'sandbox.html' ? SANDBOX_POLICY : policy,
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    ...(isolated ? ISOLATION : {}),
  };
}

/** The decoded path of an address, or null when it is malformed or tries to leave the folder. */
export function decodedPath(address) {
  try {
    const pathname = decodeURIComponent(address.split(/[?#]/, 1)[0]);
    const bad = !pathname.startsWith('/') || /[\0\\]/.test(pathname);
    return bad || pathname.split('/').includes('..') ? null : pathname;
  } catch {
    return null;
  }
}

/** The file of a path; for a page's address without a file name, index.html. */
async function findFile(root, pathname) {
  const direct = path.join(root, pathname);
  if (direct !== root && !direct.startsWith(root + path.sep)) return null;
  const candidates = [direct, path.join(direct, 'index.html')];
  if (path.extname(pathname) === '') candidates.push(path.join(root, 'index.html'));
  for (const file of candidates) {
    const info = await fileInfo(file);
    if (info) return { file, info };
  }
  return null;
}

async function fileInfo(file) {
  try {
    const info = await stat(file);
    return info.isFile() ? info : null;
  } catch {
    return null;
  }
}

async function send(request, response, found, headers) {
  const range = parseRange(request.headers.range, found.info.size);
  if (range === 'unsatisfiable') {
    const total = `bytes */${found.info.size}`;
    return refuse(response, 416, 'No such range.', { 'Content-Range': total });
  }
  if (range) {
    const { start, end } = range;
    response.writeHead(206, {
      ...headers,
      'Accept-Ranges': 'bytes',
      'Content-Length': end - start + 1,
      'Content-Range': `bytes ${start}-${end}/${found.info.size}`,
    });
    return stream(request, response, found.file, { start, end });
  }
  const packed = await precompressed(found.file, request.headers['accept-encoding']);
  response.writeHead(200, {
    ...headers,
    'Accept-Ranges': 'bytes',
    'Content-Length': packed?.info.size ?? found.info.size,
    Vary: 'Accept-Encoding',
    ...(packed ? { 'Content-Encoding': packed.encoding } : {}),
  });
  stream(request, response, packed?.file ?? found.file, {});
}

function stream(request, response, file, range) {
  if (request.method === 'HEAD') return void response.end();
  // A client that goes away in the middle is no error.
  pipeline(createReadStream(file, range), response, () => undefined);
}

/** A file's compressed copy beside it, when the client takes it. */
async function precompressed(file, accepted = '') {
  const names = String(accepted)
    .split(',')
    .filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part))
    .map((part) => part.split(';')[0].trim());
  for (const [encoding, suffix] of [
    ['br', '.br'],
    ['gzip', '.gz'],
  ]) {
    if (!names.includes(encoding)) continue;
    const info = await fileInfo(file + suffix);
    if (info) return { file: file + suffix, info, encoding };
  }
  return null;
}

/** One byte range, inclusive; null: the whole file; several ranges are answered with the whole file too. */
export function parseRange(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const suffix = match[1] === '';
  const start = suffix ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const end = suffix || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1);
  return start > end || start >= size ? 'unsatisfiable' : { start, end };
}

/**
 * @param {ServeOptions & { port?: number, host?: string }} options port 0 takes a free one
 * @returns {Promise<{ server: import('node:http').Server, address: string }>}
 */
export async function startServer(options) {
  const { port = 4173, host = '127.0.0.1' } = options;
  const server = createStaticServer(options);
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return { server, address: `http://${host}:${server.address().port}/` };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root =
    process.argv[2] ?? path.join(path.dirname(fileURLToPath(import.meta.url)), '../dist');
  const port = Number(process.env.PORT ?? 4173);
  try {
    const { address } = await startServer({ root, port, host: process.env.HOST ?? '127.0.0.1' });
    console.log(`Serving ${path.resolve(root)} on ${address}`);
  } catch (error) {
    const taken = error.code === 'EADDRINUSE';
    console.error(
      taken ? `Port ${port} is in use. Set PORT to another one.` : `Cannot serve: ${error.message}`,
    );
    process.exitCode = 1;
  }
}
