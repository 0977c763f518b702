import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('enlarge-remapping-table', () => {
  it('has an AMD unit with 2K support', () => {
    checkFix(
      'irte-exhausted-amd',
      'enlarge-remapping-table',
      `
machine m { os = linux-7.2; cpus = 8 }
interrupt-controller apic : x86-apic { remapping = amd }

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 600; request msix { vectors = 600 } }
}
`,
      `
machine m { os = linux-7.2; cpus = 8 }
interrupt-controller apic : x86-apic { remapping = amd; remapping-entries = 2048 }

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 600; request msix { vectors = 600 } }
}
`,
    );
  });

  it('needs a kernel that knows of it', () => {
    checkFix(
      'irte-exhausted-amd',
      'enlarge-remapping-table',
      `
machine m { os = linux-6.12; cpus = 8 }
interrupt-controller apic : x86-apic { remapping = amd }

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 600; request msix { vectors = 600 } }
}
`,
      `
machine m { os = linux-7.2; cpus = 8 }
interrupt-controller apic : x86-apic { remapping = amd; remapping-entries = 2048 }

host-bridge pcie0 {
  endpoint nic at 01.0 { msix = 600; request msix { vectors = 600 } }
}
`,
    );
  });

  it('lets an Intel unit have all its entries', () => {
    checkFix(
      'irte-exhausted',
      'enlarge-remapping-table',
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
interrupt-controller apic : x86-apic { remapping = intel; remapping-entries = 65536 }

host-bridge pcie0 {
  endpoint first at 01.0 { msix = 128; request msix { vectors = 100 } }
}
host-bridge pcie1 {
  segment = 1
  endpoint second at 02.0 { msix = 64; request msix { vectors = 64 } }
}
`,
    );
  });
});
