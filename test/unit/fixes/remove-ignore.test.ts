import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('remove-ignore', () => {
  it('takes out the comment alone', () => {
    checkFix(
      'ignore-unused',
      'remove-ignore',
      `
// the machine
// irqtopo-ignore itt-exhausted: none here
machine m { os = linux-6.12 }
`,
      `
// the machine
machine m { os = linux-6.12 }
`,
    );
  });
});
