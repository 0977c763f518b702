import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('probe-larger-first', () => {
  it('changes steps', () => {
    checkFix(
      'itt-created-by-smaller',
      'probe-larger-first',
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      hotplug endpoint small at 01.0 { msix = 2; request msix { vectors = 2 } }
      hotplug endpoint large at 02.0 { msix = 8; request msix { vectors = 2..6 } }
    }
  }
}

scenario "small first" {
  plug small
  plug large
}
`,
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      hotplug endpoint small at 01.0 { msix = 2; request msix { vectors = 2 } }
      hotplug endpoint large at 02.0 { msix = 8; request msix { vectors = 2..6 } }
    }
  }
}

scenario "small first" {
  plug large
  plug small
}
`,
    );
  });
});
