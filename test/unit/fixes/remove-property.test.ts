import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('remove-property', () => {
  it('takes out the second, with its line', () => {
    checkFix(
      'duplicate-property',
      'remove-property',
      `
machine m {
  os = linux-6.12
  cpus = 2
  // once more
  os = linux-6.1
}
`,
      `
machine m {
  os = linux-6.12
  cpus = 2
}
`,
    );
  });

  it('leaves no gap on a shared line', () => {
    checkFix(
      'unknown-property',
      'remove-property',
      `
machine m { os = linux-6.12; wheels = 4; cpus = 2 }
`,
      `
machine m { os = linux-6.12; cpus = 2 }
`,
    );
  });
});
