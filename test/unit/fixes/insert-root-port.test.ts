import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('insert-root-port', () => {
  it('puts a port above it', () => {
    checkFix(
      'endpoint-on-extra-root',
      'insert-root-port',
      `
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  expander px0 : pxb-pcie {
    bus = 128
    /// The far disk.
    endpoint disk0 : virtio-blk-pci at 03.0 // far
  }
}
`,
      `
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  expander px0 : pxb-pcie {
    bus = 128
    root-port disk0-port at 03.0 {
      /// The far disk.
      endpoint disk0 : virtio-blk-pci // far
    }
  }
}
`,
    );
  });
});
