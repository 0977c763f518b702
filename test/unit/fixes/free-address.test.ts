import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('free-address', () => {
  it('takes the next free slot', () => {
    checkFix(
      'address-conflict',
      'free-address',
      `
host-bridge pcie0 {
  root-port rp0 at 01.0
  root-port rp1 at 02.0
  root-port rp2 at 01.0 { hotplug = none } // no hot-plug here
}
`,
      `
host-bridge pcie0 {
  root-port rp0 at 01.0
  root-port rp1 at 02.0
  root-port rp2 at 03.0 { hotplug = none } // no hot-plug here
}
`,
    );
  });

  it('moves a lonely function to 0', () => {
    checkFix(
      'function-zero-missing',
      'free-address',
      `
host-bridge pcie0 {
  root-port rp0 at 03.1
}
`,
      `
host-bridge pcie0 {
  root-port rp0 at 03.0
}
`,
    );
  });

  it('moves a device to the only slot of a port', () => {
    checkFix(
      'root-port-slot-not-zero',
      'free-address',
      `
host-bridge pcie0 {
  root-port rp0 {
    endpoint nic0 : virtio-net-pci at 01.0
  }
}
interrupt-controller gic : gicv3 { its its0 }
`,
      `
host-bridge pcie0 {
  root-port rp0 {
    endpoint nic0 : virtio-net-pci at 00.0
  }
}
interrupt-controller gic : gicv3 { its its0 }
`,
    );
  });

  it('moves a device off the slot that SHPC does not have', () => {
    checkFix(
      'shpc-slot-zero',
      'free-address',
      `
machine m { vmm = qemu-7.2 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    pcie-pci-bridge br0 {
      endpoint disk0 : virtio-blk-pci at 00.0
      endpoint disk1 : virtio-blk-pci at 01.0
    }
  }
}
`,
      `
machine m { vmm = qemu-7.2 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    pcie-pci-bridge br0 {
      endpoint disk0 : virtio-blk-pci at 02.0
      endpoint disk1 : virtio-blk-pci at 01.0
    }
  }
}
`,
    );
  });
});
