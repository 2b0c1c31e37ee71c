// Hours of virtual time and hundreds of real requests fit into one of these tests; a minute is for slow machines.
jest.setTimeout(60_000);
