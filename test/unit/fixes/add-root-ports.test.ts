import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('add-root-ports', () => {
  it('makes the array of spare ports longer', () => {
    checkFix(
      'hotplug-ports-short',
      'add-root-ports',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port spare[2] at 04.0 // two for a start
}
hotplug endpoint volume[4] : virtio-blk-pci
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port spare[4] at 04.0 // two for a start
}
hotplug endpoint volume[4] : virtio-blk-pci
`,
    );
  });

  it('adds ports where there are none, and the buses they need', () => {
    checkFix(
      'hotplug-ports-short',
      'add-root-ports',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  ecam = 2MiB

  root-port rp0 at 01.0 {
    endpoint nic0 : virtio-net-pci
  }
}
hotplug endpoint volume[40] : virtio-blk-pci
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  ecam = 64MiB

  root-port rp0 at 01.0 {
    endpoint nic0 : virtio-net-pci
  }

  root-port spare-port[40] { spread = functions }
}
hotplug endpoint volume[40] : virtio-blk-pci
`,
    );
  });
});
