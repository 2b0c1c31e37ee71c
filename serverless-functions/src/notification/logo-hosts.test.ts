import { readEnvironment } from '../runtime/environment';
import { logoHosts } from './logo-hosts';

test.each([
  ['', 'admin@example.com', ['example.com', '*.example.com']],
  ['', 'admin@Example.com, eve@example.com', ['example.com', '*.example.com']],
  ['', 'clinic@gmail.com', []],
  ['', '', []],
  ['cdn.example.net', 'admin@example.com', ['cdn.example.net']],
  ['CDN.example.net; *.example.org', '', ['cdn.example.net', '*.example.org']],
  ['*', 'admin@example.com', []],
  ['*.com', 'admin@example.com', []],
  ['https://cdn.example.net', 'admin@example.com', []],
  ['cdn.example.net, *cdn.example.org', 'admin@example.com', []],
])('with LOGO_HOSTS=%j and ADMIN_EMAIL=%j, logos may be at %j', (LOGO_HOSTS, ADMIN_EMAIL, hosts) => {
  expect(logoHosts(readEnvironment({ LOGO_HOSTS, ADMIN_EMAIL }))).toEqual(hosts);
});
