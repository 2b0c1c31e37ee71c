// Loaded into the Functions' runtime with --require: answers on a port of its own how much memory the process holds,
// and its maximum since the last reset. Sampled every 2 ms, which any copy of 18 MB outlives.
const http = require('node:http');

const port = Number(process.env.BENCH_PROBE_PORT);
const collect = globalThis.gc;
let peak = { rss: 0, arrayBuffers: 0, external: 0 };
const now = () => {
  const { rss, arrayBuffers, external } = process.memoryUsage();
  return { rss, arrayBuffers, external };
};
const sample = () => {
  const current = now();
  for (const name of Object.keys(peak)) peak[name] = Math.max(peak[name], current[name]);
};
setInterval(sample, 2).unref();
http
  .createServer((request, response) => {
    if (request.url === '/reset') {
      collect?.();
      peak = now();
    } else sample();
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ now: now(), peak }));
  })
  .listen(port, '127.0.0.1')
  .unref();
