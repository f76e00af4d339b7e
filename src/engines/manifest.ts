/** The list of files of a model that is split into several: names, bytes and hashes. */
import { z } from 'zod';
import { abortError } from './abort';
import { EngineError } from './engine';
import type { FileSpec, FileStore } from './files';

export const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal');

/** `manifest.json` beside the files; written by the export step, see models/README.md. Other fields are allowed. */
export const manifestSchema = z.object({
  files: z
    .array(
      z.object({
        name: z.string().regex(/^[\w.-]+$/, 'a plain file name'),
        bytes: z.number().int().positive(),
        sha256: sha256Schema,
      }),
    )
    .min(1)
    .refine(
      (files) => new Set(files.map(({ name }) => name)).size === files.length,
      'names must differ',
    ),
});
export type Manifest = z.infer<typeof manifestSchema>;

export function manifestBytes(manifest: Manifest): number {
  return manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The files of a manifest, in the order in which llama.cpp wants them; names are relative to the manifest. */
export function manifestFiles(manifest: Manifest, address: string): FileSpec[] {
  return manifest.files
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, bytes, sha256 }) => ({
      name,
      bytes,
      sha256,
      address: new URL(name, address).href,
    }));
}

/** Parses the text of a manifest; EngineError `corrupt` when it is not one. */
export function parseManifest(text: string, address: string): Manifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = null;
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0];
  const where =
    first === undefined ? '' : ` (${first.path.join('.') || 'the whole file'}: ${first.message})`;
  throw new EngineError(
    'corrupt',
    `The list of the model's files, ${address}, cannot be read${where}.`,
    'Load the page again; if it stays so, the copy on the server is damaged: have it replaced.',
  );
}

/**
 * Fetches the manifest, and keeps it for visits without a network.
 * @param address absolute address of manifest.json
 */
export async function loadManifest(
  address: string,
  store: FileStore,
  signal: AbortSignal,
): Promise<Manifest> {
  let why = 'the server cannot be reached';
  try {
    const response = await fetch(address, { signal, cache: 'no-cache' });
    if (response.ok) {
      const text = await response.text();
      const manifest = parseManifest(text, address);
      await store.write(address, new Blob([text], { type: 'application/json' }));
      return manifest;
    }
    why = `the server answered ${response.status}`;
  } catch (error) {
    if (signal.aborted) throw abortError(signal);
    if (error instanceof EngineError) throw error;
  }
  const kept = await readKeptManifest(address, store);
  if (kept !== null) return kept;
  throw new EngineError(
    'network',
    `The list of the model's files, ${address}, could not be fetched: ${why}.`,
    'Check the connection and load the model again.',
  );
}

export async function readKeptManifest(
  address: string,
  store: FileStore,
): Promise<Manifest | null> {
  const kept = await store.read(address);
  return kept === null ? null : parseManifest(await kept.text(), address);
}
