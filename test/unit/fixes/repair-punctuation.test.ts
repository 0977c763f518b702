import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('repair-punctuation', () => {
  it('closes a block where its indentation ends', () => {
    checkFix(
      'syntax-unexpected-token',
      'repair-punctuation',
      `
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    hotplug = none
  // the next one

  root-port rp1 at 02.0
}
`,
      `
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    hotplug = none
  }
  // the next one

  root-port rp1 at 02.0
}
`,
    );
  });

  it('closes the last block', () => {
    checkFix(
      'syntax-unexpected-token',
      'repair-punctuation',
      `
host-bridge pcie0 {
  root-port rp0 at 01.0

`,
      `
host-bridge pcie0 {
  root-port rp0 at 01.0
}
`,
    );
  });

  it('takes out a brace too many', () => {
    checkFix(
      'syntax-unexpected-token',
      'repair-punctuation',
      `
machine m { os = linux-6.12 }
}
`,
      `
machine m { os = linux-6.12 }
`,
    );
  });

  it('separates statements', () => {
    checkFix(
      'syntax-unexpected-token',
      'repair-punctuation',
      `
machine m { os = linux-6.12 cpus = 2 }
`,
      `
machine m { os = linux-6.12; cpus = 2 }
`,
    );
  });
});
