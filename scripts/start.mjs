// `npm start`: installs, builds and serves the page with the starter model, then opens the browser (unless CI is set).
import { spawn } from 'node:child_process';
import { ensurePackages, run, say } from './tools.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Node ${process.versions.node} is too old: install Node 20.19 or later, then run npm start again.`,
  );
  process.exit(1);
}

ensurePackages();
say('Building the page');
run('npm', ['run', '--silent', 'build'], { shell: process.platform === 'win32' });

const port = Number(process.env.PORT ?? 4173);
const { startServer } = await import('./serve.mjs');
const { address } = await startServer({
  root: new URL('../dist', import.meta.url).pathname,
  port,
}).catch((error) => {
  console.error(
    error.code === 'EADDRINUSE'
      ? `Port ${port} is in use: set PORT to another one.`
      : `Cannot serve: ${error.message}`,
  );
  process.exit(1);
});
say(`Rulewright is at ${address}  (Ctrl-C ends it)`);

if (!process.env.CI) {
  const opener = { darwin: 'open', win32: 'explorer' }[process.platform] ?? 'xdg-open';
  // No desktop, no browser: the address above is enough.
  spawn(opener, [address], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
