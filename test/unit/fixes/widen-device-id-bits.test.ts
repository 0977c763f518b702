import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('widen-device-id-bits', () => {
  it('gives the ITS the bits that the DeviceID needs', () => {
    checkFix(
      'devid-out-of-table',
      'widen-device-id-bits',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 { device-id-bits = 8; indirect = false } }
host-bridge pcie0 {
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x3000 }
  root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 { device-id-bits = 14; indirect = false } }
host-bridge pcie0 {
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x3000 }
  root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci }
}
`,
    );
  });

  it('makes a flat table two-level', () => {
    checkFix(
      'devid-out-of-table',
      'widen-device-id-bits',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 {
  its its0 {
    device-id-bits = 32
    indirect = false
  }
}
host-bridge pcie0 {
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x1000000 }
  root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 {
  its its0 {
    device-id-bits = 32
    indirect = true
  }
}
host-bridge pcie0 {
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x1000000 }
  root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci }
}
`,
    );
  });
});
