import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('no-shpc', () => {
  it('turns the controller off', () => {
    checkFix(
      'devid-collides-with-bridge-own-msi',
      'no-shpc',
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  pci-bridge br0 at 01.0 {
    endpoint nic0 : virtio-net-pci at 01.0
  }
}
`,
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  pci-bridge br0 at 01.0 {
    hotplug = none
    endpoint nic0 : virtio-net-pci at 01.0
  }
}
`,
    );
  });
});
