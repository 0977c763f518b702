import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('allow-msi', () => {
  it('gives a GICv3 an ITS', () => {
    checkFix(
      'msi-blocked-by-no-msi-bus',
      'allow-msi',
      `
interrupt-controller gic : gicv3

host-bridge pcie0 {
  root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci }
}
`,
      `
interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci }
}
`,
    );
  });

  it('takes out what forbids it', () => {
    checkFix(
      'msi-blocked-by-no-msi-bus',
      'allow-msi',
      `
interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  root-port rp0 at 01.0 {
    msi-bus = false // why?
    endpoint nic0 : virtio-net-pci
  }
}
`,
      `
interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint nic0 : virtio-net-pci
  }
}
`,
    );
  });
});
