/** Runs prompts through WebLLM in Chromium on the software adapter: `node chromium.mjs job.json answer.json`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { require, runJob, serve } from './job.mjs';

const [jobPath, answerPath] = process.argv.slice(2);
const job = JSON.parse(readFileSync(jobPath, 'utf8'));
const { chromium } = require('playwright-core');

const FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const { server, origin } = await serve(job);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS });
try {
  const page = await browser.newPage();
  page.on('console', (message) => console.error(`[${message.type()}] ${message.text()}`));
  page.on('pageerror', (error) => console.error(`[page] ${error}`));
  await page.goto(origin);
  writeFileSync(answerPath, JSON.stringify(await page.evaluate(runJob, job)));
} finally {
  await browser.close();
  server.close();
}
