import { act } from 'react-dom/test-utils';

const setRealTimeout = globalThis.setTimeout;

/**
 * Lets responses arrive while the test's page is still there. The query library tells components a moment later, and
 * React 17 warns when one is gone by then. Registered before Testing Library's hook, which removes the page.
 */
afterEach(() =>
  act(async () => {
    for (let round = 0; round < 2; round += 1) await new Promise<void>((resolve) => setRealTimeout(resolve, 0));
  }),
);
