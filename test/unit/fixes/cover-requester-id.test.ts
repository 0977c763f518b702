import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('cover-requester-id', () => {
  it('writes down what happens anyway', () => {
    checkFix(
      'devid-msi-map-miss',
      'cover-requester-id',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  msi-map its0 { requester-ids = 0x0000..0x00ff; device-ids = 0x0 } // the root bus

  root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  msi-map its0 { requester-ids = 0x0000..0x00ff; device-ids = 0x0 } // the root bus
  msi-map its0 { requester-ids = 0x0100; device-ids = 0x0100 }

  root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci }
}
`,
    );
  });
});
