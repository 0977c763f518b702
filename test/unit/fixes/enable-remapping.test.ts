import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('enable-remapping', () => {
  it('turns remapping on', () => {
    checkFix(
      'multi-msi-unsupported',
      'enable-remapping',
      `
interrupt-controller apic : x86-apic { cpus = 4 }

host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint grabber { msi = 4; request msi { vectors = 1..4 } }
  }
}
`,
      `
interrupt-controller apic : x86-apic { cpus = 4; remapping = intel }

host-bridge pcie0 {
  root-port rp0 at 01.0 {
    endpoint grabber { msi = 4; request msi { vectors = 1..4 } }
  }
}
`,
    );
  });
});
