/** Tests in a browser with WebGPU on the processor (SwiftShader): no shader-f16, buffers of 1 GiB. */
import { test as base, type Browser, type Page } from '@playwright/test';

export { expect } from '@playwright/test';

export const test = base.extend<{ page: Page }, { gpuBrowser: Browser }>({
  gpuBrowser: [
    async ({ playwright, launchOptions }, use) => {
      const flags = [
        '--headless=new',
        '--enable-unsafe-webgpu',
        '--use-webgpu-adapter=swiftshader',
        '--enable-features=Vulkan',
      ];
      const browser = await playwright.chromium.launch({
        ...launchOptions,
        args: [...(launchOptions.args ?? []), ...flags],
      });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  page: async ({ gpuBrowser, baseURL }, use) => {
    const context = await gpuBrowser.newContext(baseURL === undefined ? {} : { baseURL });
    await use(await context.newPage());
    await context.close();
  },
});
