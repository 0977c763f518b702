import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('repair-spelling', () => {
  it('puts the known property in place', () => {
    checkFix(
      'unknown-property',
      'repair-spelling',
      `
machine m { oss = linux-6.12 }
`,
      `
machine m { os = linux-6.12 }
`,
    );
  });

  it('puts the known name in place', () => {
    checkFix(
      'unresolved-reference',
      'repair-spelling',
      `
host-bridge pcie0 {
  root-port rp0 { endpoint nic0 : virtio-net-pci }
}

scenario "s" {
  remove nic1
}
`,
      `
host-bridge pcie0 {
  root-port rp0 { endpoint nic0 : virtio-net-pci }
}

scenario "s" {
  remove nic0
}
`,
    );
  });
});
