import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('accept-value', () => {
  it('writes the value that came out', () => {
    checkFix(
      'expectation-failed',
      'accept-value',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint nic0 : virtio-net-pci {
      expect { device-id = 0x0200; vectors = 3 } // as on the board
    }
  }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint nic0 : virtio-net-pci {
      expect { device-id = 0x0100; vectors = 3 } // as on the board
    }
  }
}
`,
    );
  });
});
