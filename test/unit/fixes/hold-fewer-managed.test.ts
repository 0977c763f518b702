import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('hold-fewer-managed', () => {
  it('spreads queues in fewer sets', () => {
    checkFix(
      'x86-managed-exhausted',
      'hold-fewer-managed',
      `
machine m { os = linux-6.12; cpus = 2 }
interrupt-controller apic : x86-apic

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 512; request msix { vectors = 380 } }
  endpoint ssd[6] at 02.0 { spread = functions; msix = 8; request msix { vectors = 4..8; affinity = managed; sets = 4 } }
}
`,
      `
machine m { os = linux-6.12; cpus = 2 }
interrupt-controller apic : x86-apic

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 512; request msix { vectors = 380 } }
  endpoint ssd[6] at 02.0 { spread = functions; msix = 8; request msix { vectors = 4..8; affinity = managed; sets = 1 } }
}
`,
    );
  });

  it('sets nothing aside', () => {
    checkFix(
      'x86-managed-exhausted',
      'hold-fewer-managed',
      `
machine m { os = linux-6.12; cpus = 2 }
interrupt-controller apic : x86-apic { vectors-in-use = [201, 3] }

host-bridge pcie0 {
  endpoint ssd at 01.0 { msix = 8; request msix { vectors = 1..8; affinity = managed } }
}
`,
      `
machine m { os = linux-6.12; cpus = 2 }
interrupt-controller apic : x86-apic { vectors-in-use = [201, 3] }

host-bridge pcie0 {
  endpoint ssd at 01.0 { msix = 8; request msix { vectors = 1..8; affinity = spread } }
}
`,
    );
  });
});
