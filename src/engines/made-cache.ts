/**
 * Hands files to WebLLM that are made on the spot. It reads everything through named caches of the Cache API, so the
 * page's `caches` is given a front that answers for made addresses and leaves all others to the browser.
 */
import { WEBLLM_CACHES } from './webllm-protocol';

export type Make = () => Blob | ArrayBuffer | string;

/** Files of a folder by name; whoever asks for one waits until they are known. */
type Files = Promise<ReadonlyMap<string, Make>>;

/** In the order in which they are looked through; a folder may have several. */
const served: { readonly folder: string; readonly files: Files }[] = [];
const WEBLLM_NAMES: readonly string[] = Object.values(WEBLLM_CACHES);
let installed = false;

async function makerOf(key: RequestInfo | URL): Promise<Make | undefined> {
  const address = key instanceof Request ? key.url : new URL(key, globalThis.location.href).href;
  for (const { folder, files } of served) {
    const make = address.startsWith(folder)
      ? (await files).get(address.slice(folder.length))
      : undefined;
    if (make !== undefined) return make;
  }
  return undefined;
}

async function madeAddresses(): Promise<string[]> {
  const found = served.map(async ({ folder, files }) =>
    [...(await files).keys()].map((name) => `${folder}${name}`),
  );
  return (await Promise.all(found)).flat();
}

/** A buffer is handed out itself: a response would copy it, twice. */
function responseOf(content: Blob | ArrayBuffer | string): Response {
  if (!(content instanceof ArrayBuffer)) return new Response(content);
  const arrayBuffer = (): Promise<ArrayBuffer> => Promise.resolve(content);
  return Object.assign(new Response(), { arrayBuffer });
}

function front(cache: Cache): Cache {
  const own: Partial<Cache> = {
    async match(key, options) {
      const make = await makerOf(key);
      return make === undefined ? await cache.match(key, options) : responseOf(make());
    },
    async add(key) {
      if ((await makerOf(key)) === undefined) await cache.add(key);
    },
    /** WebLLM asks whether every shard is there before it fetches any. */
    async keys(key, options) {
      const kept = await cache.keys(key, options);
      if (key !== undefined) return kept;
      return [...kept, ...(await madeAddresses()).map((address) => new Request(address))];
    },
  };
  return new Proxy(cache, {
    get(target, name) {
      if (name in own) return Reflect.get(own, name) as unknown;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/**
 * From now on WebLLM's caches, opened by anyone in this worker, hold these files too.
 * @param folder address that ends in a slash; a file of it that is not among them is left to the browser
 */
export function serveMade(folder: string, files: Files): void {
  // Whoever asks hears of a failure; nobody need ask.
  files.catch(() => undefined);
  served.push({ folder, files });
  if (installed) return;
  installed = true;
  const { caches } = globalThis;
  const open = caches.open.bind(caches);
  caches.open = async (name) =>
    WEBLLM_NAMES.includes(name) ? front(await open(name)) : await open(name);
}

/** Lets go of what the files are made from. */
export function forgetMade(): void {
  served.length = 0;
}
