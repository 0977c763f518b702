import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('own-remapping-unit', () => {
  it('puts a host bridge behind a unit of its own', () => {
    checkFix(
      'irte-exhausted',
      'own-remapping-unit',
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
  remapping-unit = 1
  endpoint second at 02.0 { msix = 64; request msix { vectors = 64 } }
}
`,
    );
  });
});
