import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packPackage } from './package-archive.mjs';
import { sandboxPage } from './sandbox-page.mjs';
import { capMemory } from './wasm-memory.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');
const WASM = path.join(ROOT, 'node_modules', 'pyodide', 'pyodide.asm.wasm');

describe('capMemory', () => {
  it('lets the module of Pyodide have 512 MiB at most and changes nothing else', async () => {
    const wasm = await readFile(WASM);
    const capped = capMemory(wasm, 512 * 1024 * 1024);
    const changed = [...wasm.keys()].filter((index) => wasm[index] !== capped[index]);
    expect(changed.length).toBeLessThanOrEqual(3);
    // 8,192 pages, in three bytes.
    expect([...capped.subarray(changed[0] - 1, changed[0] + 2)]).toEqual([0x80, 0xc0, 0x00]);
    expect(WebAssembly.validate(capped)).toBe(true);
  });

  it('fails loudly where the memory section is missing or not unique', async () => {
    const wasm = await readFile(WASM);
    expect(() => capMemory(Buffer.alloc(100), 65536)).toThrow(/not found exactly once/);
    expect(() => capMemory(Buffer.concat([wasm, wasm]), 65536)).toThrow(/not found exactly once/);
  });
});

describe('sandboxPage', () => {
  it('allows exactly its own script', () => {
    const html = sandboxPage('console.log("x");\n');
    const script = /<script>(.*)<\/script>/s.exec(html)[1];
    const hash = createHash('sha256').update(script).digest('base64');
    expect(html).toContain(`script-src 'sha256-${hash}' 'wasm-unsafe-eval';`);
    expect(html).toContain("default-src 'none'");
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<script>'));
  });

  it('refuses a script that would end its own tag', () => {
    expect(() => sandboxPage('"</script>"')).toThrow(/end its tag/);
  });
});

describe('packPackage', () => {
  it('packs every module of gamecwm and nothing but Python', async () => {
    const archive = await packPackage(path.join(ROOT, 'python', 'gamecwm'));
    expect(Object.keys(archive)).toContain('gamecwm/contract.py');
    expect(Object.keys(archive).every((file) => /^gamecwm\/.*\.py$/.test(file))).toBe(true);
  });
});
