import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('remove-word', () => {
  it('takes out hotplug where nothing is plugged', () => {
    checkFix(
      'syntax-unexpected-token',
      'remove-word',
      `
hotplug host-bridge pcie0 {
  root-port rp0 at 01.0
}
`,
      `
host-bridge pcie0 {
  root-port rp0 at 01.0
}
`,
    );
  });
});
