import { defineConfig } from 'vitest/config';
import { pagesForVite } from './test/workbench/pages.mjs';

// `source` tests the sources, `conformance` replays what real kernels did, and `shipped` talks to the built server in
// dist/ as an editor would.
const plugins = [pagesForVite];

// A test is over when it is over: on a busy machine that may take a while.
const testTimeout = 120_000;

export default defineConfig({
  test: {
    projects: [
      {
        plugins,
        test: {
          name: 'source',
          testTimeout,
          setupFiles: ['test/property/seed.ts'],
          include: ['test/unit/**/*.test.ts', 'test/fixtures.test.ts', 'test/property/**/*.test.ts'],
        },
      },
      { plugins, test: { name: 'conformance', testTimeout, include: ['test/conformance/**/*.test.ts'] } },
      {
        plugins,
        test: {
          name: 'shipped',
          testTimeout,
          include: ['test/protocol/**/*.test.ts'],
          globalSetup: ['test/protocol/build.ts'],
        },
      },
    ],
  },
});
