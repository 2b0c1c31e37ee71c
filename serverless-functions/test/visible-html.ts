/** What a reader sees of a mail's HTML, in lines: headings with `#`, links with where they lead. */
export function visibleHtml(html: string): string[] {
  return (
    html
      .replace(/<!--.*?-->/gs, '')
      .replace(/<style.*?<\/style>/gs, '')
      .replace(/<a [^>]*href="([^"]*)"[^>]*>/g, '[$1] ')
      .replace(/<h(\d)[^>]*>/g, '# ')
      .replace(/<[^>]+>/g, '\n')
      .split('\n')
      // Invisible characters keep mailboxes from showing more than the words as a preview.
      .map((line) => line.replace(/[\u200c\u00a0\s]+$/u, '').trim())
      .filter((line) => line !== '')
  );
}
