import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('reserve-buses', () => {
  it('reserves a bus below the port', () => {
    checkFix(
      'bridge-no-hotplug-bus',
      'reserve-buses',
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    hotplug pcie-pci-bridge br0 { hotplug = none }
  }
  root-port rp1 at 02.0
}
scenario "s" {
  plug br0
}
`,
      `
machine m { os = linux-6.12 }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  root-port rp0 at 01.0 {
    buses = 1
    hotplug pcie-pci-bridge br0 { hotplug = none }
  }
  root-port rp1 at 02.0
}
scenario "s" {
  plug br0
}
`,
    );
  });
});
