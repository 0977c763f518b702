import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('round-vectors', () => {
  it('asks for the whole region', () => {
    checkFix(
      'lifecycle-multi-msi-leak',
      'round-vectors',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint grabber {
      msi = 32
      request msi { vectors = 17 } // one a channel
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
      msi = 32
      request msi { vectors = 32 } // one a channel
    }
  }
}
`,
    );
  });

  it('asks for what is used', () => {
    checkFix(
      'multi-msi-spares-assumed',
      'round-vectors',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 {
    endpoint grabber {
      msi = 8
      request msi {
        vectors = 4
        irqs = 6
      }
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
      request msi {
        vectors = 8
        irqs = 6
      }
    }
  }
}
`,
    );
  });

  it('leaves no remapping entry idle', () => {
    checkFix(
      'irte-rounding-waste',
      'round-vectors',
      `
machine m { os = linux-6.12; cpus = 4 }
interrupt-controller apic : x86-apic { remapping = intel }

host-bridge pcie0 {
  endpoint dev at 01.0 { msi = 32; request msi { vectors = 17 } }
}
`,
      `
machine m { os = linux-6.12; cpus = 4 }
interrupt-controller apic : x86-apic { remapping = intel }

host-bridge pcie0 {
  endpoint dev at 01.0 { msi = 32; request msi { vectors = 32 } }
}
`,
    );
  });
});
