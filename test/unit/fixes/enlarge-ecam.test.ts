import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('enlarge-ecam', () => {
  it('makes the window as long as the range', () => {
    checkFix(
      'ecam-bus-range-shrunk',
      'enlarge-ecam',
      `
host-bridge pcie0 {
  ecam = 16MiB // small
  bus-range = 0..255
}
`,
      `
host-bridge pcie0 {
  ecam = 256MiB // small
  bus-range = 0..255
}
`,
    );
  });

  it('takes the next power of two that is enough', () => {
    checkFix(
      'ecam-bus-exhausted',
      'enlarge-ecam',
      `
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  ecam = 16MiB
  root-port rp[20] at 01.0 { endpoint nic : virtio-net-pci }
}
`,
      `
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  ecam = 32MiB
  root-port rp[20] at 01.0 { endpoint nic : virtio-net-pci }
}
`,
    );
  });

  it('reaches the last VF', () => {
    checkFix(
      'sriov-bus-out-of-range',
      'enlarge-ecam',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  ecam = 2MiB

  root-port rp0 at 01.0 {
    endpoint pf : igb { vfs = 128; vf v[65] : igbvf }
  }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  ecam = 4MiB

  root-port rp0 at 01.0 {
    endpoint pf : igb { vfs = 128; vf v[65] : igbvf }
  }
}
`,
    );
  });
});
