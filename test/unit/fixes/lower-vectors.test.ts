import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('lower-vectors', () => {
  it('asks for what the table has left', () => {
    checkFix(
      'itt-exhausted',
      'lower-vectors',
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint a at 01.0 { msix = 5; request msix { vectors = 5 } }
      hotplug endpoint late at 02.0 { msix = 8; request msix { vectors = 4..8 } }
    }
  }
}

scenario "late" {
  plug late
}
`,
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint a at 01.0 { msix = 5; request msix { vectors = 5 } }
      hotplug endpoint late at 02.0 { msix = 8; request msix { vectors = 3 } }
    }
  }
}

scenario "late" {
  plug late
}
`,
    );
  });

  it('divides what is left among the candidates', () => {
    checkFix(
      'hotplug-headroom-insufficient',
      'lower-vectors',
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint a at 01.0 { msix = 9; request msix { vectors = 9 } }
      hotplug endpoint late[3] at 02.0 { msix = 8; request msix { vectors = 1..8 } }
    }
  }
}
`,
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint a at 01.0 { msix = 9; request msix { vectors = 9 } }
      hotplug endpoint late[3] at 02.0 { msix = 8; request msix { vectors = 1..2 } }
    }
  }
}
`,
    );
  });

  it('asks for what there is', () => {
    checkFix(
      'request-max-clipped',
      'lower-vectors',
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint a { msix = 4; request msix { vectors = 1..16 } }
  }
}
`,
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint a { msix = 4; request msix { vectors = 1..4 } }
  }
}
`,
    );
  });

  it('asks for what there is, and no less', () => {
    checkFix(
      'request-exceeds-table',
      'lower-vectors',
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint a { msix = 4; request msix { vectors = 8 } }
  }
}
`,
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint a { msix = 4; request msix { vectors = 4 } }
  }
}
`,
    );
  });

  it('divides the pool among all of a kind', () => {
    checkFix(
      'linux-irq-exhausted',
      'lower-vectors',
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  endpoint accel[5] at 01.0 { msix = 2048; request msix { vectors = 1..2048 } }
}
`,
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  endpoint accel[5] at 01.0 { msix = 2048; request msix { vectors = 1..1647 } }
}
`,
    );
  });
});
