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

  it('asks for as many as there are handlers and promises to give', () => {
    checkFix(
      'x86-vector-exhausted',
      'lower-vectors',
      `
machine m { os = linux-6.12; cpus = 1 }
interrupt-controller apic : x86-apic { isa-irqs = [0]; vectors-in-use = 2 }

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 256; request msix { vectors = 150 } }
  endpoint ssd at 02.0 { msix = 64; request msix { vectors = 64 } }
}
`,
      `
machine m { os = linux-6.12; cpus = 1 }
interrupt-controller apic : x86-apic { isa-irqs = [0]; vectors-in-use = 2 }

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 256; request msix { vectors = 150 } }
  endpoint ssd at 02.0 { msix = 64; request msix { vectors = 34 } }
}
`,
    );
  });

  it('promises no more than there are', () => {
    checkFix(
      'x86-reservation-exceeds',
      'lower-vectors',
      `
machine m { os = linux-6.12; cpus = 1 }
interrupt-controller apic : x86-apic

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 2048; request msix { vectors = 2048; irqs = 8 } }
}
`,
      `
machine m { os = linux-6.12; cpus = 1 }
interrupt-controller apic : x86-apic

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 2048; request msix { vectors = 185; irqs = 8 } }
}
`,
    );
  });

  it('asks for the entries that are left', () => {
    checkFix(
      'irte-exhausted',
      'lower-vectors',
      `
machine m { os = linux-6.1; cpus = 64 }
interrupt-controller apic : x86-apic { remapping = intel; remapping-entries = 128 }

host-bridge pcie0 {
  endpoint first at 01.0 { msix = 128; request msix { vectors = 100 } }
}
host-bridge pcie1 {
  segment = 1
  endpoint second at 02.0 { msix = 64; request msix { vectors = 64 } }
}
`,
      `
machine m { os = linux-6.1; cpus = 64 }
interrupt-controller apic : x86-apic { remapping = intel; remapping-entries = 128 }

host-bridge pcie0 {
  endpoint first at 01.0 { msix = 128; request msix { vectors = 100 } }
}
host-bridge pcie1 {
  segment = 1
  endpoint second at 02.0 { msix = 64; request msix { vectors = 11 } }
}
`,
    );
  });
});
