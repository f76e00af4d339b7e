/** Makes the page work without a network: its own files through a service worker, the starter's weights fetched ahead. */

/** Registers the service worker of a built page; without one the page works, but only with its server. */
export async function keepPage(): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const address = new URL('service.worker.js', document.baseURI);
  await navigator.serviceWorker.register(address).catch(() => undefined);
}

/** Whether the person asked the browser to save data. */
function savesData(): boolean {
  const connection: unknown = Reflect.get(navigator, 'connection');
  return (
    typeof connection === 'object' &&
    connection !== null &&
    Reflect.get(connection, 'saveData') === true
  );
}

/** Runs the fetch once the page has nothing better to do; a failure is met again, and told, when the model is used. */
export async function fetchWhenIdle(fetchAhead: () => Promise<void>): Promise<void> {
  if (savesData()) return;
  await new Promise<void>((resolve) => {
    if ('requestIdleCallback' in window) requestIdleCallback(() => resolve(), { timeout: 5000 });
    else setTimeout(resolve, 2000);
  });
  await fetchAhead().catch(() => undefined);
}
