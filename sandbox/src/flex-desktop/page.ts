import { type PageSettings, SETTINGS_ID } from './page/settings';

/** The desktop's only document, served at every path: each Flex view has its own path. */
export function pageHtml(settings: PageSettings, title: string): string {
  // Within <script>, only `<` could end it.
  const json = JSON.stringify(settings).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><link rel="icon" href="data:,"><title>${title}</title>
<style>html,body{height:100%;margin:0;overflow:hidden}#container{height:100%;width:100%;display:flex}</style>
<script type="application/json" id="${SETTINGS_ID}">${json}</script>
<script src="/flex-desktop/setup.js"></script>
<script src="/flex-desktop/flex-ui.js"></script>
</head>
<body>
<div id="container"></div>
<script src="/flex-desktop/boot.js"></script>
</body>
</html>
`;
}

/**
 * A second barrier behind the shim: the browser blocks and reports whatever the shim misses. Flex and
 * Paste write styles at run time; players make blobs.
 */
export function pagePolicy(passthroughOrigins: readonly string[]): string {
  const through = passthroughOrigins.join(' ');
  return [
    "default-src 'self'",
    `connect-src 'self' data: blob: ${through}`,
    "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    `media-src 'self' data: blob: ${through}`,
    "font-src 'self' data:",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
