import { cleanCallerName } from './caller-number';
import { isNetworkName } from './network-name';

test.each([
  ...[
    'WIRELESS CALLER',
    'Wireless Caller',
    'CELL PHONE',
    'CELLULAR CALL',
    'MOBILE NUMBER',
    'TOLL FREE CALL',
    'Unknown',
  ],
  ...['UNKNOWN NAME', 'UNAVAILABLE', 'NAME UNAVAILABLE', 'Private Caller', 'OUT OF AREA', 'Not Available', 'N/A', 'O'],
  ...[
    'SAN FRANCISCO CA',
    'NEW YORK NY',
    'Austin, TX',
    'TORONTO ON',
    'CALIFORNIA',
    'New York',
    'North Carolina',
    'CANADA',
  ],
  ...['2025550123', '+1 (202) 555-0123', 'V13125551234', 'Call from 3125550123', '***', '-', 'SPAM LIKELY', 'PAYPHONE'],
])('%s is the network speaking, not a name', (name) => {
  expect(isNetworkName(name)).toBe(true);
  expect(cleanCallerName(name, '+12025550123')).toBeUndefined();
});

test.each([
  ...[
    'Ana Ruiz',
    'RUIZ, ANA',
    'SMITH JOHN',
    'Jo Ma',
    'Li Mo',
    'ACME DENTAL',
    'Wireless Solutions Inc',
    'Mobile Dental Care',
  ],
  ...['Virginia Woolf', 'Dallas Cowboys', '3M', 'Studio 54', '田中 太郎', 'דנה כהן', 'محمد', 'Private Bank Zürich'],
])('%s stays a name', (name) => {
  expect(isNetworkName(name)).toBe(false);
  expect(cleanCallerName(name, '+12025550123')).toBe(name);
});
