import { type PageSettings, SETTINGS_ID } from './page/settings';

/** Where the Flex UI's script is, at the first worker's origin. */
export const FLEX_UI_PATH = '/flex-desktop/flex-ui.js';

/**
 * The desktop's only document, served at every path: each Flex view has its own path.
 * @param scriptOrigin of the Flex UI's script. With one for all workers, the browser compiles its 17 MB once for all.
 */
export function pageHtml(settings: PageSettings, title: string, scriptOrigin: string): string {
  // Within <script>, only `<` could end it.
  const json = JSON.stringify(settings).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><link rel="icon" href="data:,"><title>${title}</title>
<style>html,body{height:100%;margin:0;overflow:hidden}#container{height:100%;width:100%;display:flex}</style>
<script type="application/json" id="${SETTINGS_ID}">${json}</script>
<script src="/flex-desktop/setup.js"></script>
<script src="${scriptOrigin}${FLEX_UI_PATH}" crossorigin></script>
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
export function pagePolicy(passthroughOrigins: readonly string[], scriptOrigin: string): string {
  const through = passthroughOrigins.join(' ');
  return [
    "default-src 'self'",
    `connect-src 'self' data: blob: ${through}`,
    `script-src 'self' ${scriptOrigin} 'unsafe-inline' 'unsafe-eval'`,
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
