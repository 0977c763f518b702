import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('enable-fewer-vfs', () => {
  it('enables what the function offers', () => {
    checkFix(
      'sriov-numvfs-exceeds-total',
      'enable-fewer-vfs',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint pf {
      msix = 2
      vfs = 4
      vf-offset = 8
      vf v[6] { msix = 2; request msix { vectors = 2 } }
    }
  }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint pf {
      msix = 2
      vfs = 4
      vf-offset = 8
      vf v[4] { msix = 2; request msix { vectors = 2 } }
    }
  }
}
`,
    );
  });

  it('offers what has an address', () => {
    checkFix(
      'sriov-vf-address-overflow-qemu',
      'enable-fewer-vfs',
      `
machine m { vmm = qemu-7.2; os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint pf {
      msix = 2
      vfs = 300
      vf-offset = 8
      vf v[2] { msix = 2; request msix { vectors = 2 } }
    }
  }
}
`,
      `
machine m { vmm = qemu-7.2; os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint pf {
      msix = 2
      vfs = 248
      vf-offset = 8
      vf v[2] { msix = 2; request msix { vectors = 2 } }
    }
  }
}
`,
    );
  });

  it('enables those whose bus there is', () => {
    checkFix(
      'sriov-bus-out-of-range',
      'enable-fewer-vfs',
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
  ecam = 2MiB

  root-port rp0 at 01.0 {
    endpoint pf : igb { vfs = 128; vf v[64] : igbvf }
  }
}
`,
    );
  });
});
