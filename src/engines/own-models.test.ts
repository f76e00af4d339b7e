import { afterEach, describe, expect, it, vi } from 'vitest';
import data from '../../models/catalogue.json';
import { EngineError } from './engine';
import { distilledModels, modelsAt, readCatalogue } from './own-models';

const BASE = 'https://page.example/app/';
const AT = 'https://models.example/mine/catalogue.json';
const never = new AbortController().signal;

const [webllm, wllama] = data.models;
const entries = {
  version: 1,
  models: [
    {
      ...data.models[2],
      id: 'mine-q4f16',
      address: 'mlc-q4f16_1',
      library: { address: 'lib.wasm', bytes: null, sha256: null },
    },
    {
      ...wllama,
      id: 'mine-q4_0',
      source: { kind: 'manifest', address: 'gguf-q4_0/manifest.json' },
    },
  ],
};

/** The network, by address. */
function serve(files: Readonly<Record<string, string>>): string[] {
  const asked: string[] = [];
  vi.stubGlobal('fetch', (address: string) => {
    asked.push(address);
    const text = files[address];
    return Promise.resolve(new Response(text ?? 'no', { status: text === undefined ? 404 : 200 }));
  });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

describe('readCatalogue', () => {
  it('takes addresses from where the catalogue is, and names of its own', () => {
    const [mlc, gguf] = readCatalogue(JSON.stringify(entries), AT);
    expect(mlc).toMatchObject({
      address: 'https://models.example/mine/mlc-q4f16_1',
      library: { address: 'https://models.example/mine/lib.wasm' },
    });
    expect(gguf).toMatchObject({
      source: { address: 'https://models.example/mine/gguf-q4_0/manifest.json' },
    });
    expect(mlc?.id).toMatch(/^own-[0-9a-f]{8}-mine-q4f16$/);
    expect(gguf?.group).not.toBe('starter');
  });

  it('keeps the engines of one model on one set of weights', () => {
    const own = { version: 1, models: [webllm, wllama] };
    const [first, second] = readCatalogue(JSON.stringify(own), AT);
    expect(first?.engine === 'webllm' && first.weights).toEqual({ kind: 'gguf', of: second?.id });
  });

  it.each(['', '<html>', '{"version": 1, "models": []}', '{"version": 2}'])(
    'refuses %s in words',
    (text) => {
      expect(() => readCatalogue(text, AT)).toThrow(/no catalogue of models/);
    },
  );
});

describe('modelsAt', () => {
  it('takes a catalogue, or its folder', async () => {
    const asked = serve({ [AT]: JSON.stringify(entries) });
    const byFile = await modelsAt(AT, never, BASE);
    const byFolder = await modelsAt('https://models.example/mine/', never, BASE);
    expect(byFile).toHaveLength(2);
    expect(byFolder).toEqual(byFile);
    expect(asked).toEqual([AT, AT]);
  });

  it('takes GGUF files and MLC folders without asking for anything', async () => {
    const asked = serve({});
    const [gguf] = await modelsAt('https://a.org/m.gguf', never, BASE);
    const [mlc] = await modelsAt(' https://a.org/m   lib.wasm ', never, BASE);
    expect([gguf?.engine, mlc?.engine]).toEqual(['wllama', 'webllm']);
    expect(asked).toEqual([]);
  });

  it.each([
    ['ftp://a.org/catalogue.json', /must start with http/],
    ['https://a.org/model.safetensors', /neither a catalogue/],
    ['https://a.org/x lib.wasm more', /more than two parts/],
    ['https://models.example/gone', /could not be fetched: the server answered 404/],
    ['javascript:alert(1)', /must start with http/],
  ])('refuses %s in words', async (typed, why) => {
    serve({});
    const failed: unknown = await modelsAt(typed, never, BASE).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(EngineError);
    expect(String(failed)).toMatch(why);
  });
});

describe('distilledModels', () => {
  const place = `${BASE}models/distilled/`;

  it('finds what lies beside the page, each as far as it can be read', async () => {
    serve({
      [`${place}catalogues.json`]: '{"catalogues": ["a/catalogue.json", "b/catalogue.json"]}',
      [`${place}a/catalogue.json`]: JSON.stringify(entries),
      [`${place}b/catalogue.json`]: 'cut sho',
    });
    const found = await distilledModels(never, BASE);
    expect(found.map(({ engine }) => engine)).toEqual(['webllm', 'wllama']);
    expect(found[0]).toMatchObject({ address: `${place}a/mlc-q4f16_1` });
  });

  it('finds nothing where nothing is', async () => {
    serve({});
    expect(await distilledModels(never, BASE)).toEqual([]);
  });
});
