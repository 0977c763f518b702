import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('add-cpus', () => {
  it('gives a machine that has too few as many as it takes', () => {
    checkFix(
      'x86-vector-exhausted',
      'add-cpus',
      `
machine m { os = linux-6.12; cpus = 1 }
interrupt-controller apic : x86-apic { isa-irqs = [0]; vectors-in-use = 2 }

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 256; request msix { vectors = 150 } }
  endpoint ssd at 02.0 { msix = 64; request msix { vectors = 64 } }
}
`,
      `
machine m { os = linux-6.12; cpus = 2 }
interrupt-controller apic : x86-apic { isa-irqs = [0]; vectors-in-use = 2 }

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 256; request msix { vectors = 150 } }
  endpoint ssd at 02.0 { msix = 64; request msix { vectors = 64 } }
}
`,
    );
  });

  it('changes the number wherever it is written, and that of possible CPUs', () => {
    checkFix(
      'x86-managed-exhausted',
      'add-cpus',
      `
machine m { os = linux-6.12; cpus = 2; possible-cpus = 2 }
interrupt-controller apic : x86-apic

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 512; request msix { vectors = 402; irqs = 402 } }
  endpoint ssd at 02.0 { msix = 8; request msix { vectors = 1..8; affinity = managed } }
}
`,
      `
machine m { os = linux-6.12; cpus = 3; possible-cpus = 3 }
interrupt-controller apic : x86-apic

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 512; request msix { vectors = 402; irqs = 402 } }
  endpoint ssd at 02.0 { msix = 8; request msix { vectors = 1..8; affinity = managed } }
}
`,
    );
  });

  it('changes it at the controller', () => {
    checkFix(
      'x86-reservation-exceeds',
      'add-cpus',
      `
interrupt-controller apic : x86-apic { cpus = 1 }
host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 512; request msix { vectors = 400; irqs = 8 } }
}
`,
      `
interrupt-controller apic : x86-apic { cpus = 3 }
host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 512; request msix { vectors = 400; irqs = 8 } }
}
`,
    );
  });
});
