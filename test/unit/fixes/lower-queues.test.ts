import { describe, it } from 'vitest';
import { checkFix } from './check-fix.ts';

describe('lower-queues', () => {
  it('gives devices fewer queues, where their vectors follow these', () => {
    checkFix(
      'x86-vector-exhausted',
      'lower-queues',
      `
machine m { os = linux-6.12; vmm = qemu-10.0; cpus = 2 }
interrupt-controller apic : x86-apic

host-bridge pcie0 {
  root-port rp[20] at 01.0 { endpoint nic : virtio-net-pci { queues = 12 } }
}
`,
      `
machine m { os = linux-6.12; vmm = qemu-10.0; cpus = 2 }
interrupt-controller apic : x86-apic

host-bridge pcie0 {
  root-port rp[20] at 01.0 { endpoint nic : virtio-net-pci { queues = 8 } }
}
`,
    );
  });
});
