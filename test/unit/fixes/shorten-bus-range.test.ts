import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('shorten-bus-range', () => {
  it('ends with the window', () => {
    checkFix(
      'ecam-bus-range-shrunk',
      'shorten-bus-range',
      `
host-bridge pcie0 {
  ecam = 16MiB
  bus-range = 0..255
}
`,
      `
host-bridge pcie0 {
  ecam = 16MiB
  bus-range = 0..15
}
`,
    );
  });
});
