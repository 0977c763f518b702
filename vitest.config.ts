import { defineConfig } from 'vitest/config';
import { pagesForVite } from './test/workbench/pages.mjs';

// `source` tests the sources, `conformance` replays what real kernels did, and `shipped` talks to the built server in
// dist/ as an editor would.
const plugins = [pagesForVite];

export default defineConfig({
  test: {
    projects: [
      {
        plugins,
        test: {
          name: 'source',
          setupFiles: ['test/property/seed.ts'],
          include: ['test/unit/**/*.test.ts', 'test/fixtures.test.ts', 'test/property/**/*.test.ts'],
        },
      },
      { plugins, test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'] } },
      {
        plugins,
        test: { name: 'shipped', include: ['test/protocol/**/*.test.ts'], globalSetup: ['test/protocol/build.ts'] },
      },
    ],
  },
});
