/** How programs ask for dark colors. A frame has no theme of its own to set, so the question is answered beforehand. */
const DARK_QUERY = /@media \(prefers-color-scheme: dark\)/g;

/**
 * A mail as a page for a frame with `sandbox=""`, which runs no scripts and opens no windows.
 * @param html a whole page
 */
export function toPreviewPage(html: string, theme: 'light' | 'dark'): string {
  return (
    html
      .replace(DARK_QUERY, theme === 'dark' ? '@media all' : '@media not all')
      // Links would show Flex within the frame; new windows are what the sandbox forbids.
      .replace('<head>', '<head><base target="_blank">')
  );
}
