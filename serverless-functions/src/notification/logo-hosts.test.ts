import { readEnvironment } from '../runtime/environment';
import { logoHosts } from './logo-hosts';

test.each([
  ['', 'admin@example.com', ['example.com', '*.example.com']],
  ['', 'a@Example.com, b@example.com', ['example.com', '*.example.com']],
  ['', 'clinic@gmail.com', []],
  ['', '', []],
  ['cdn.example.net', 'admin@example.com', ['cdn.example.net']],
  ['CDN.example.net; *.a.org', '', ['cdn.example.net', '*.a.org']],
  ['*', 'admin@example.com', []],
  ['*.com', 'admin@example.com', []],
  ['https://cdn.example.net', 'admin@example.com', []],
  ['cdn.example.net, *cdn.example.org', 'admin@example.com', []],
])('hosts %j, administrator %j: logos at %j', (LOGO_HOSTS, ADMIN_EMAIL, hosts) => {
  expect(logoHosts(readEnvironment({ LOGO_HOSTS, ADMIN_EMAIL }))).toEqual(hosts);
});
