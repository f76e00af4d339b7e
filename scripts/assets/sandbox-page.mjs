/** The page of the sandboxed frame: one inline script, and a policy that lets nothing but that script run or load. */
import { createHash } from 'node:crypto';

/**
 * The frame's Content-Security-Policy.
 * @param {string} script the inline script, exactly as it stands between its tags
 */
export function framePolicy(script) {
  const hash = createHash('sha256').update(script).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}' 'wasm-unsafe-eval'`,
    'worker-src blob:',
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/**
 * @param {string} script a bundled classic script
 * @returns {string} the whole HTML file
 */
export function sandboxPage(script) {
  const inline = script.trim();
  if (inline.includes('</script')) {
    throw new Error('The frame script contains "</script", which would end its tag early.');
  }
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${framePolicy(inline)}">`,
    '<title>Sandbox</title>',
    `<script>${inline}</script>`,
    '</head>',
    '<body></body>',
    '</html>',
    '',
  ].join('\n');
}
