/** Fetches what the sandbox needs from the page's own origin; the sandbox itself can fetch nothing. */
import { z } from 'zod';
import { startError } from './errors';

const fileSchema = z.object({
  path: z.string().regex(/^[\w.-]+$/),
  bytes: z.number().int().positive(),
});

/** `runtime/manifest.json`, written by scripts/build-assets.mjs. */
const manifestSchema = z.object({
  files: z.object({
    wasm: fileSchema,
    stdlib: fileSchema,
    archive: fileSchema,
    worker: fileSchema,
    snapshot: fileSchema.optional(),
  }),
});

type AssetFile = z.infer<typeof fileSchema>;

export interface RuntimeAssets {
  readonly worker: string;
  readonly wasm: Uint8Array;
  readonly stdlib: Uint8Array;
  readonly archive: string;
  readonly snapshot: Uint8Array | null;
}

/**
 * @param base the folder of the runtime's files, ending in a slash
 * @param useSnapshot false leaves the snapshot unfetched
 * @throws RuntimeError StartError, with what is missing
 */
export async function fetchAssets(base: URL, useSnapshot: boolean): Promise<RuntimeAssets> {
  const { files } = await fetchManifest(base);
  const text = async (file: AssetFile): Promise<string> =>
    new TextDecoder().decode(await fetchFile(base, file));
  const [worker, wasm, stdlib, archive, snapshot] = await Promise.all([
    text(files.worker),
    fetchFile(base, files.wasm),
    fetchFile(base, files.stdlib),
    text(files.archive),
    files.snapshot && useSnapshot ? fetchSnapshot(base, files.snapshot) : null,
  ]);
  return { worker, wasm, stdlib, archive, snapshot };
}

async function fetchManifest(base: URL): Promise<z.infer<typeof manifestSchema>> {
  const response = await get(new URL('manifest.json', base));
  try {
    return manifestSchema.parse(await response.json());
  } catch {
    throw startError('its list of files cannot be read.');
  }
}

/** The snapshot only saves time: without it Python starts from the beginning. */
async function fetchSnapshot(base: URL, file: AssetFile): Promise<Uint8Array | null> {
  try {
    return await fetchFile(base, file);
  } catch {
    return null;
  }
}

async function fetchFile(base: URL, file: AssetFile): Promise<Uint8Array> {
  const response = await get(new URL(file.path, base));
  const bytes = new Uint8Array(await readBody(response, file));
  if (bytes.length !== file.bytes) {
    throw startError(`${file.path} has ${bytes.length} of its ${file.bytes} bytes.`);
  }
  return bytes;
}

async function readBody(response: Response, file: AssetFile): Promise<ArrayBuffer> {
  try {
    return await response.arrayBuffer();
  } catch {
    throw startError(`${file.path} was cut short on its way.`);
  }
}

async function get(address: URL): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address);
  } catch {
    throw startError(`${address.pathname} could not be fetched; the connection failed.`);
  }
  if (!response.ok) {
    throw startError(`${address.pathname} could not be fetched (status ${response.status}).`);
  }
  return response;
}
