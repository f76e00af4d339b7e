import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodedPath, parseRange, startServer } from './serve.mjs';

let base;
let server;
let port;

beforeAll(async () => {
  base = await mkdtemp(path.join(tmpdir(), 'serve-'));
  const root = path.join(base, 'dist');
  await mkdir(path.join(root, 'runtime'), { recursive: true });
  await mkdir(path.join(base, 'dist-other'));
  await writeFile(path.join(base, 'secret.txt'), 'secret');
  await writeFile(path.join(base, 'dist-other', 'secret.txt'), 'secret');
  await writeFile(path.join(root, 'index.html'), '<title>page</title>');
  await writeFile(path.join(root, 'numbers.txt'), '0123456789');
  await writeFile(path.join(root, 'app-0a1b2c3d.js'), 'console.log(1)');
  await writeFile(path.join(root, 'app-0a1b2c3d.js.br'), brotliCompressSync('console.log(1)'));
  await writeFile(path.join(root, 'runtime', 'sandbox.html'), '<title>sandbox</title>');
  ({ server } = await startServer({ root, port: 0 }));
  port = server.address().port;
});

afterAll(async () => {
  server.close();
  await rm(base, { recursive: true, force: true });
});

/** One request whose path goes out exactly as written. */
function ask(pathname, { method = 'GET', headers = {} } = {}) {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: pathname, method, headers };
    const sent = httpRequest(options, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => {
        const body = Buffer.concat(parts);
        resolve({ status: response.statusCode, headers: response.headers, body });
      });
    });
    sent.on('error', reject).end();
  });
}

describe('paths', () => {
  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/runtime/../../secret.txt',
    '/runtime/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '/../dist-other/secret.txt',
    '//../secret.txt',
    '/./../secret.txt',
    '/secret.txt%00.html',
    '/%ff',
    '/%',
    '/%252e%252e/secret.txt',
  ])('%s shows nothing outside the folder', async (pathname) => {
    const { status, body } = await ask(pathname);
    expect([400, 404]).toContain(status);
    expect(body.toString()).not.toContain('secret\n');
    expect(body.toString()).not.toBe('secret');
  });

  it('refuses an address that is no path', async () => {
    const answer = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('GET http://127.0.0.1/../secret.txt HTTP/1.1\r\nHost: x\r\n');
        socket.write('Connection: close\r\n\r\n');
      });
      let text = '';
      socket.on('data', (data) => (text += data));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
  });

  it('decodes a plain path and nothing that climbs', () => {
    expect(decodedPath('/a%20b?x=1#y')).toBe('/a b');
    expect(decodedPath('/..')).toBeNull();
    expect(decodedPath('a')).toBeNull();
  });
});

describe('answers', () => {
  it('serves index.html for the page and its addresses, but not for missing files', async () => {
    expect((await ask('/')).body.toString()).toContain('page');
    expect((await ask('/library/7')).body.toString()).toContain('page');
    expect((await ask('/missing.js')).status).toBe(404);
  });

  it('isolates the page and states its policy', async () => {
    const { headers } = await ask('/');
    expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(headers['cross-origin-embedder-policy']).toBe('require-corp');
    expect(headers['content-security-policy']).toContain("object-src 'none'");
    expect(headers['cache-control']).toBe('no-cache');
  });

  it('keeps the sandbox page in an opaque origin even when it is opened by itself', async () => {
    const { headers } = await ask('/runtime/sandbox.html');
    expect(headers['content-security-policy']).toContain('sandbox allow-scripts');
    expect(headers['content-security-policy']).not.toContain('allow-same-origin');
  });

  it('sends the compressed copy to a client that takes it', async () => {
    const packed = await ask('/app-0a1b2c3d.js', { headers: { 'Accept-Encoding': 'gzip, br' } });
    expect(packed.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(packed.body).toString()).toBe('console.log(1)');
    expect(packed.headers['cache-control']).toContain('immutable');
    const plain = await ask('/app-0a1b2c3d.js', { headers: { 'Accept-Encoding': 'br;q=0' } });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString()).toBe('console.log(1)');
  });

  it('answers byte ranges', async () => {
    const part = await ask('/numbers.txt', { headers: { Range: 'bytes=2-4' } });
    expect([part.status, part.body.toString()]).toEqual([206, '234']);
    expect(part.headers['content-range']).toBe('bytes 2-4/10');
    const beyond = await ask('/numbers.txt', { headers: { Range: 'bytes=10-' } });
    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */10']);
  });

  it('answers 304 to what is known, HEAD without a body, and no other method', async () => {
    const { headers } = await ask('/numbers.txt');
    const again = await ask('/numbers.txt', { headers: { 'If-None-Match': headers.etag } });
    expect(again.status).toBe(304);
    const head = await ask('/numbers.txt', { method: 'HEAD' });
    expect([head.body.length, head.headers['content-length']]).toEqual([0, '10']);
    expect((await ask('/numbers.txt', { method: 'POST' })).status).toBe(405);
  });

  it('says what to do where nothing is built', async () => {
    const empty = await startServer({ root: path.join(base, 'none'), port: 0 });
    const text = await (await fetch(empty.address)).text();
    empty.server.close();
    expect(text).toContain('npm run build');
  });
});

describe('parseRange', () => {
  it.each([
    [undefined, null],
    ['bytes=0-', { start: 0, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=5-100', { start: 5, end: 9 }],
    ['bytes=7-3', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=0-1,3-4', null],
    ['bytes=-', null],
    ['lines=1-2', null],
  ])('%s of ten bytes', (header, range) => {
    expect(parseRange(header, 10)).toEqual(range);
  });
});
