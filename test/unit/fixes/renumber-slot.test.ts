import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('renumber-slot', () => {
  it('takes the next free slot', () => {
    checkFix(
      'duplicate-chassis-slot',
      'renumber-slot',
      `
host-bridge pcie0 {
  root-port rp0 { chassis = 1; slot = 1 }
  root-port rp1 { chassis = 1; slot = 2 }
  root-port rp2 { chassis = 1; slot = 1 }
}
`,
      `
host-bridge pcie0 {
  root-port rp0 { chassis = 1; slot = 1 }
  root-port rp1 { chassis = 1; slot = 2 }
  root-port rp2 { chassis = 1; slot = 3 }
}
`,
    );
  });

  it('leaves the numbers of an array to QEMU', () => {
    checkFix(
      'duplicate-chassis-slot',
      'renumber-slot',
      `
host-bridge pcie0 {
  root-port rp[2] {
    chassis = 1
    slot = 1
  }
}
`,
      `
host-bridge pcie0 {
  root-port rp[2]
}
`,
    );
  });
});
