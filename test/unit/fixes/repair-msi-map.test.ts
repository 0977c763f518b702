import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('repair-msi-map', () => {
  it('lets the second entry begin behind the first', () => {
    checkFix(
      'msi-map-overlap',
      'repair-msi-map',
      `
machine m { os = linux-6.12; firmware = devicetree }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  msi-map its0 { requester-ids = 0x0000..0x01ff; device-ids = 0x0 }
  msi-map its0 { requester-ids = 0x0100..0xffff; device-ids = 0x1000 }
  root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci }
}
`,
      `
machine m { os = linux-6.12; firmware = devicetree }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  msi-map its0 { requester-ids = 0x0000..0x01ff; device-ids = 0x0 }
  msi-map its0 { requester-ids = 0x0200..0xffff; device-ids = 0x1100 }
  root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci }
}
`,
    );
  });

  it('shortens the first entry by one', () => {
    checkFix(
      'iort-off-by-one',
      'repair-msi-map',
      `
machine m { os = linux-6.12; firmware = acpi }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  msi-map its0 { requester-ids = 0x0000..0x0100; device-ids = 0x0 }
  msi-map its0 { requester-ids = 0x0100..0xffff; device-ids = 0x0100 }
  root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci }
}
`,
      `
machine m { os = linux-6.12; firmware = acpi }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  msi-map its0 { requester-ids = 0x0000..0x00ff; device-ids = 0x0 }
  msi-map its0 { requester-ids = 0x0100..0xffff; device-ids = 0x0100 }
  root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci }
}
`,
    );
  });

  it('widens the mask', () => {
    checkFix(
      'msi-map-mask-conflict',
      'repair-msi-map',
      `
machine m { os = linux-6.12; firmware = devicetree }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  msi-map-mask = 0xf0ff
  msi-map its0 { requester-ids = 0x0100..0xf0ff; device-ids = 0x100 }
  root-port rp0 at 01.0
}
`,
      `
machine m { os = linux-6.12; firmware = devicetree }
interrupt-controller gic : gicv3 { its its0 }
host-bridge pcie0 {
  msi-map-mask = 0xffff
  msi-map its0 { requester-ids = 0x0100..0xf0ff; device-ids = 0x100 }
  root-port rp0 at 01.0
}
`,
    );
  });

  it('takes a mask out', () => {
    checkFix(
      'devid-duplicate-distinct-functions',
      'repair-msi-map',
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  msi-map-mask = 0xfff8 // the function number is taken out
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x0 }

  root-port rp0 at 01.0 {
    endpoint small at 00.0 { msix = 2 }
    endpoint large at 00.1 { msix = 8 }
  }
}
`,
      `
machine m { os = linux-6.1 }
interrupt-controller gic : gicv3 { its its0 }

host-bridge pcie0 {
  msi-map its0 { requester-ids = 0x0000..0xffff; device-ids = 0x0 }

  root-port rp0 at 01.0 {
    endpoint small at 00.0 { msix = 2 }
    endpoint large at 00.1 { msix = 8 }
  }
}
`,
    );
  });
});
