import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('correct-bus-number', () => {
  it('writes the bus of the numbering', () => {
    checkFix(
      'address-mismatch',
      'correct-bus-number',
      `
host-bridge pcie0 {
  root-port rp0 {
    endpoint nic0 : virtio-net-pci at 05:00.0 // moved
  }
}
interrupt-controller gic : gicv3 { its its0 }
`,
      `
host-bridge pcie0 {
  root-port rp0 {
    endpoint nic0 : virtio-net-pci at 01:00.0 // moved
  }
}
interrupt-controller gic : gicv3 { its its0 }
`,
    );
  });
});
