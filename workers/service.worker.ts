/**
 * The page without a network, and isolated where the server sends no headers: every file of the build is kept at the
 * first visit, and pages are answered with the two headers that WebAssembly threads need. Model weights are not kept
 * here: the engines check and keep them themselves.
 */
import {
  addRoute,
  createHandlerBoundToURL,
  precache,
  type PrecacheEntry,
} from 'workbox-precaching';

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (PrecacheEntry | string)[] };

precache(self.__WB_MANIFEST);

const page = createHandlerBoundToURL('index.html');

async function isolated(response: Response): Promise<Response> {
  const headers = new Headers(response.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  return new Response(await response.blob(), { status: response.status, headers });
}

self.addEventListener('fetch', (event) => {
  if (event.request.mode !== 'navigate') return;
  const { pathname } = new URL(event.request.url);
  // The sandbox's page has an opaque origin, which no service worker serves.
  if (!pathname.endsWith('/') && !pathname.endsWith('/index.html')) return;
  const answer = page({ url: new URL(event.request.url), request: event.request, event });
  event.respondWith(answer.then(isolated));
  event.stopImmediatePropagation();
});
// After the listener above, so that pages are answered there.
addRoute({ ignoreURLParametersMatching: [/.*/] });

self.addEventListener('install', () => void self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
