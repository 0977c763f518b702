import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('use-msix', () => {
  it('asks for MSI-X where the function has it', () => {
    checkFix(
      'lifecycle-multi-msi-leak',
      'use-msix',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint grabber {
      msi = 8
      msix = 8
      request msi { vectors = 7 }
    }
  }
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint grabber {
      msi = 8
      msix = 8
      request msix { vectors = 7 }
    }
  }
}
`,
    );
  });

  it('takes vectors only while there are handlers', () => {
    checkFix(
      'x86-unmaskable-msi-consumes',
      'use-msix',
      `
machine m { os = linux-6.12; cpus = 4 }
interrupt-controller apic : x86-apic { remapping = intel }

host-bridge pcie0 {
  endpoint dev at 01.0 { msi = 16; msi-maskable = false; msix = 32; request msi { vectors = 16 } }
}
`,
      `
machine m { os = linux-6.12; cpus = 4 }
interrupt-controller apic : x86-apic { remapping = intel }

host-bridge pcie0 {
  endpoint dev at 01.0 { msi = 16; msi-maskable = false; msix = 32; request msix { vectors = 16 } }
}
`,
    );
  });
});
