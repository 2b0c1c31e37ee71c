/**
 * The page's script, as it is sent. The browser's own player works without it; it adds buttons, the download, and a second
 * way to the sound: where a player's requests for ranges do not get through, it fetches the parts by number and plays
 * them together (ADR 0128).
 */
export const PAGE_SCRIPT = `
(() => {
  'use strict';
  const player = document.getElementById('player');
  const audio = player.querySelector('audio');
  const say = (text) => { player.querySelector('[role=status]').textContent = text; };
  const words = player.dataset;
  const SKIP_SECONDS = 10;
  let whole;

  const readPart = async (from, purpose) => {
    const answer = await fetch(words.sound + '&from=' + from + purpose, { credentials: 'omit', cache: 'no-store' });
    if (answer.status !== 206) throw new Error('status ' + answer.status);
    const range = /^bytes (\\d+)-(\\d+)\\/(\\d+)$/.exec(answer.headers.get('Content-Range') || '');
    if (!range || Number(range[1]) !== from) throw new Error('another range');
    return { bytes: await answer.arrayBuffer(), total: Number(range[3]) };
  };
  const readWhole = async (text, purpose) => {
    const parts = [];
    let read = 0;
    let total = 1;
    while (read < total) {
      say(text.replace('{percent}', String(Math.floor((100 * read) / total))));
      const part = await readPart(read, purpose);
      parts.push(part.bytes);
      read += part.bytes.byteLength;
      total = part.total;
    }
    return new Blob(parts, { type: 'audio/mpeg' });
  };

  const playWhole = async () => {
    const position = audio.currentTime;
    try {
      whole = whole || (await readWhole(words.loading, ''));
      say('');
      audio.src = URL.createObjectURL(whole);
      audio.currentTime = position;
      await audio.play();
    } catch (error) {
      if (error.name !== 'NotAllowedError' && error.name !== 'AbortError') say(words.failed);
    }
  };
  audio.addEventListener('error', () => {
    if (audio.src.startsWith('blob:')) say(words.failed);
    else playWhole();
  });

  // A player whose requests for ranges are lost would ask for the beginning again and again.
  let isRangeLost = false;
  fetch(words.sound + '&probe=1', { headers: { Range: 'bytes=1-1' }, credentials: 'omit', cache: 'no-store' })
    .then((answer) => { isRangeLost = answer.headers.get('X-Range') === 'none'; })
    .catch(() => {});
  audio.addEventListener('play', () => {
    if (!isRangeLost || audio.src.startsWith('blob:')) return;
    audio.pause();
    playWhole();
  });

  const skip = (seconds) => {
    const end = Number.isFinite(audio.duration) ? audio.duration : Infinity;
    audio.currentTime = Math.min(end, Math.max(0, audio.currentTime + seconds));
  };
  document.getElementById('back').addEventListener('click', () => skip(-SKIP_SECONDS));
  document.getElementById('forward').addEventListener('click', () => skip(SKIP_SECONDS));
  document.getElementById('speed').addEventListener('change', ({ target }) => {
    audio.defaultPlaybackRate = audio.playbackRate = Number(target.value);
  });

  const download = document.getElementById('download');
  download.addEventListener('click', async () => {
    if (download.getAttribute('aria-disabled') === 'true') return;
    download.setAttribute('aria-disabled', 'true');
    try {
      whole = await readWhole(words.downloading, '&purpose=download');
      const link = document.createElement('a');
      link.href = URL.createObjectURL(whole);
      link.download = words.file;
      link.click();
      say(words.downloaded);
    } catch {
      say(words.failed);
    }
    download.removeAttribute('aria-disabled');
  });
  player.querySelector('.controls').hidden = false;
})();
`;
