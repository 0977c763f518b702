import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('lower-biggest-user', () => {
  it('leaves those after it as many as they need', () => {
    checkFix(
      'x86-vector-exhausted',
      'lower-biggest-user',
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
  endpoint nic at 01.0 { msix = 256; request msix { vectors = 120 } }
  endpoint ssd at 02.0 { msix = 64; request msix { vectors = 64 } }
}
`,
    );
  });

  it('leaves a vector on each CPU for managed ones', () => {
    checkFix(
      'x86-managed-exhausted',
      'lower-biggest-user',
      `
machine m { os = linux-6.12; cpus = 2; possible-cpus = 2 }
interrupt-controller apic : x86-apic

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 512; request msix { vectors = 402; irqs = 402 } }
  endpoint ssd at 02.0 { msix = 8; request msix { vectors = 1..8; affinity = managed } }
}
`,
      `
machine m { os = linux-6.12; cpus = 2; possible-cpus = 2 }
interrupt-controller apic : x86-apic

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 512; request msix { vectors = 400; irqs = 400 } }
  endpoint ssd at 02.0 { msix = 8; request msix { vectors = 1..8; affinity = managed } }
}
`,
    );
  });

  it('lets a CPU go offline', () => {
    checkFix(
      'x86-cpu-offline-blocked',
      'lower-biggest-user',
      `
machine m { os = linux-6.12; cpus = 2 }
interrupt-controller apic : x86-apic

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 512; request msix { vectors = 300 } }
}

scenario "one less" {
  offline cpu[1]
}
`,
      `
machine m { os = linux-6.12; cpus = 2 }
interrupt-controller apic : x86-apic

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 512; request msix { vectors = 201 } }
}

scenario "one less" {
  offline cpu[1]
}
`,
    );
  });

  it('leaves entries of the unit to others', () => {
    checkFix(
      'irte-exhausted',
      'lower-biggest-user',
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
  endpoint first at 01.0 { msix = 128; request msix { vectors = 47 } }
}
host-bridge pcie1 {
  segment = 1
  endpoint second at 02.0 { msix = 64; request msix { vectors = 64 } }
}
`,
    );
  });
});
