/**
 * Hands files to WebLLM that are made on the spot. It reads everything through named caches of the Cache API, so the
 * page's `caches` is given a front that answers for made addresses and leaves all others to the browser.
 */

export type Make = () => Promise<Blob>;

const made = new Map<string, Make>();
let installed = false;

function addressOf(key: RequestInfo | URL): string {
  return key instanceof Request ? key.url : new URL(key, globalThis.location.href).href;
}

function front(cache: Cache): Cache {
  const own: Partial<Cache> = {
    async match(key, options) {
      const make = made.get(addressOf(key));
      return make === undefined ? await cache.match(key, options) : new Response(await make());
    },
    async add(key) {
      if (!made.has(addressOf(key))) await cache.add(key);
    },
    /** WebLLM asks whether every shard is there before it fetches any. */
    async keys(key, options) {
      const kept = await cache.keys(key, options);
      if (key !== undefined) return kept;
      return [...kept, ...[...made.keys()].map((address) => new Request(address))];
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

/** From now on caches opened by anyone in this worker hold these addresses too. */
export function serveMade(files: ReadonlyMap<string, Make>): void {
  for (const [address, make] of files) made.set(address, make);
  if (installed) return;
  installed = true;
  const { caches } = globalThis;
  const open = caches.open.bind(caches);
  caches.open = async (name) => front(await open(name));
}
