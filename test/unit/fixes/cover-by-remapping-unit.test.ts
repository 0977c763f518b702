import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

const spec = (unit: string): string => `
machine m { os = linux-6.12; cpus = 4 }
interrupt-controller apic : x86-apic { remapping = intel }
host-bridge pcie0 {
  remapping-unit = 3
}
host-bridge pcie1 {
  segment = 1
  remapping-unit = ${unit}
  endpoint ssd at 01.0 { msix = 8; request msix { vectors = 1..8 } }
}
`;

describe('cover-by-remapping-unit', () => {
  it('lets a unit that there is remap the interrupts below a host bridge', () => {
    checkFix('remapping-scope-missing', 'cover-by-remapping-unit', spec('none'), spec('3'));
  });
});
