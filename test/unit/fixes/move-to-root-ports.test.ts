import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('move-to-root-ports', () => {
  it('takes the bridge out when all leave it', () => {
    checkFix(
      'devid-collides-with-bridge-own-msi',
      'move-to-root-ports',
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  pci-bridge br0 at 01.0 {
    /// The network.
    endpoint nic0 : virtio-net-pci at 01.0
  }
  root-port rp1 at 02.0
}
`,
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port nic0-port {
    /// The network.
    endpoint nic0 : virtio-net-pci
  }
  root-port rp1 at 02.0
}
`,
    );
  });

  it('gives the second device a port', () => {
    checkFix(
      'port-overcommitted',
      'move-to-root-ports',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint nic0 : virtio-net-pci
    endpoint nic1 : virtio-net-pci
  }
  root-port rp1 { endpoint nic2 : virtio-net-pci }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint nic0 : virtio-net-pci
  }
  root-port rp1 { endpoint nic2 : virtio-net-pci }
  root-port nic1-port {
    endpoint nic1 : virtio-net-pci
  }
}
`,
    );
  });

  it('moves a PCI Express function off a conventional bus', () => {
    checkFix(
      'pcie-only-on-conventional',
      'move-to-root-ports',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint ssd { interface = pcie; msix = 2; request msix { vectors = 2 } }
    }
  }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port ssd-port {
    endpoint ssd { interface = pcie; msix = 2; request msix { vectors = 2 } }
  }
}
`,
    );
  });

  it('moves an array with a larger ECAM, its comments and its names', () => {
    checkFix(
      'hotplug-headroom-insufficient',
      'move-to-root-ports',
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  ecam = 4MiB // four buses
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint nic0 : virtio-net-pci at 01.0
      // What may come.
      hotplug endpoint late[8] at 02.0 { // eight of them
        msix = 10
        request msix { vectors = 2..10 }
      }
    }
  }
}

scenario "one comes" {
  plug late[3]
  expect late[3] { vectors = 10 }
}
`,
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  ecam = 16MiB // four buses
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint nic0 : virtio-net-pci at 01.0
    }
  }
  root-port late-port[8] {
    // What may come.
    hotplug endpoint late { // eight of them
      msix = 10
      request msix { vectors = 2..10 }
    }
  }
}

scenario "one comes" {
  plug late[3]
  expect late[3] { vectors = 10 }
}
`,
    );
  });

  it('puts eight ports in a slot where slots are short', () => {
    checkFix(
      'hotplug-headroom-insufficient',
      'move-to-root-ports',
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp[26] at 01.0

  root-port rp0 at 1b.0 {
    pcie-pci-bridge br0 {
      hotplug endpoint late[12] at 02.0 {
        msix = 4
        request msix { vectors = 1..4 }
      }
    }
  }
}
`,
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp[26] at 01.0

  root-port late-port[12] {
    spread = functions

    hotplug endpoint late {
      msix = 4
      request msix { vectors = 1..4 }
    }
  }
}
`,
    );
  });

  it('turns hot-plug off below a bridge that is full', () => {
    checkFix(
      'hotplug-headroom-insufficient',
      'move-to-root-ports',
      `
machine m { os = linux-6.1 }

interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      hotplug = shpc // 31 slots

      endpoint disk at 01.0 { msix = 4; request msix { vectors = 4 } }

      hotplug endpoint late at 02.0 { msix = 4; request msix { vectors = 4 } }
    }
  }

  root-port rp1 at 02.0
}
`,
      `
machine m { os = linux-6.1 }

interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      hotplug = none // 31 slots

      endpoint disk at 01.0 { msix = 4; request msix { vectors = 4 } }
    }
  }

  root-port late-port {
    hotplug endpoint late { msix = 4; request msix { vectors = 4 } }
  }

  root-port rp1 at 02.0
}
`,
    );
  });

  it('uses the slot of the last port when all are taken', () => {
    checkFix(
      'hotplug-headroom-insufficient',
      'move-to-root-ports',
      `
machine m { os = linux-6.1 }

interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint nic0 : virtio-net-pci at 01.0
      endpoint nic1 : virtio-net-pci at 02.0

      hotplug endpoint nic2 : virtio-net-pci at 03.0 // later
    }
  }

  root-port rp[30] at 02.0
}
`,
      `
machine m { os = linux-6.1 }

interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  root-port rp0 at 01.0 {
    pcie-pci-bridge br0 {
      endpoint nic0 : virtio-net-pci at 01.0
      endpoint nic1 : virtio-net-pci at 02.0
    }
  }

  root-port nic2-port at 1f.1 {
    hotplug endpoint nic2 : virtio-net-pci // later
  }

  root-port rp[30] at 02.0
}
`,
    );
  });

  it('gives functions remapping tables of their own', () => {
    checkFix(
      'irte-exhausted-amd',
      'move-to-root-ports',
      `
machine m { os = linux-6.12; cpus = 8 }
interrupt-controller apic : x86-apic { remapping = amd }

host-bridge pcie0 {
  pcie-pci-bridge b at 01.0 {
    hotplug = none
    endpoint nic at 01.0 { msix = 400; request msix { vectors = 400 } }
    endpoint gpu at 02.0 { msix = 400; request msix { vectors = 400 } }
  }
}
`,
      `
machine m { os = linux-6.12; cpus = 8 }
interrupt-controller apic : x86-apic { remapping = amd }

host-bridge pcie0 {
  pcie-pci-bridge b at 01.0 {
    hotplug = none
    endpoint nic at 01.0 { msix = 400; request msix { vectors = 400 } }
  }

  root-port gpu-port {
    endpoint gpu { msix = 400; request msix { vectors = 400 } }
  }
}
`,
    );
  });
});
