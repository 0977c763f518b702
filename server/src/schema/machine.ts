/** `machine`. */
import { KVM_ROUTES, ROUTES_MAX } from './hypervisor-tables.ts';
import type { KindSchema, PropertySchema } from './types.ts';
import { anyOf, CPUS_MAX, is, KIB, keyword, number, optional, says, version, word } from './values.ts';

const PAGE_SIZES = [4 * KIB, 16 * KIB, 64 * KIB];

const qemuOrNone = anyOf(keyword(word('none', 'No VMM: the spec is a host.')), version('qemu'));

const osProperty: PropertySchema = optional(
  'os',
  version('linux'),
  is('linux-7.2'),
  'The kernel, which picks the rule set: up to 6.10 the rules of 6.1, from 6.11 to 6.15 those of 6.12, later those of 7.2. They differ in what sizes an interrupt translation table, in when it dies, and in errnos.',
  { source: 'Linux drivers/irqchip/irq-gic-v3-its.c and irq-gic-its-msi-parent.c, read in 6.1, 6.12 and 7.2' },
);

export const machineKinds: readonly KindSchema[] = [
  {
    word: 'machine',
    doc: 'The machine as a whole: which kernel allocates, under which VMM, on how many CPUs. There is one in a spec, includes counted; left out, it has every default. A file with neither `machine` nor `host-bridge` is a library for others to include.',
    example: 'machine guest { os = linux-6.12; vmm = qemu-10.0; cpus = 4 }',
    parents: ['top'],
    name: { role: 'declares', scope: 'machine', required: false, count: false },
    type: { take: 'none' },
    takesAt: false,
    takesHotplug: false,
    properties: [
      osProperty,
      optional(
        'vmm',
        qemuOrNone,
        is('none'),
        'The spec is a guest of this VMM, whose limits and device models apply; `none` for real hardware.',
      ),
      optional(
        'machine-type',
        version('virt', 'q35', 'pc', 'pseries'),
        says('the newest of `vmm`'),
        'The versioned machine type of the VMM. Old machine types keep the vector counts that their device types had then.',
        { source: 'QEMU hw/core/machine.c, the compat arrays' },
      ),
      optional(
        'firmware',
        keyword(
          word('devicetree', 'The kernel reads `msi-map` from the device tree; ports take vectors breadth first.'),
          word('acpi', 'Maps follow the IORT; all ports take vectors first, then all SHPC bridges.'),
        ),
        says('`acpi` on x86, else `devicetree`'),
        'What describes the hardware to the kernel. It decides how maps are read and in which order ports, bridges and extra root buses take their vectors at boot.',
        { source: 'Linux drivers/irqchip/irq-gic-its-msi-parent.c, drivers/acpi/arm64/iort.c' },
      ),
      optional(
        'cpus',
        number(1, CPUS_MAX),
        says('that of `x86-apic`, else `1`', 1),
        'CPUs online at boot, named `cpu[0]`, `cpu[1]` … in scenarios. Queue counts of most device types follow it.',
      ),
      optional(
        'possible-cpus',
        number(1, CPUS_MAX),
        says('`cpus`'),
        'CPUs that could ever come online. Managed vectors are kept on each of them, online or not.',
        { source: 'Linux kernel/irq/affinity.c: irq_calc_affinity_vectors' },
      ),
      optional(
        'page-size',
        { is: 'size', minBytes: 4 * KIB, maxBytes: 64 * KIB, allowedBytes: PAGE_SIZES },
        says('`4KiB`', 4 * KIB),
        "The kernel's page size: `4KiB`, `16KiB` or `64KiB`. The ITS's tables are made of pages, so it bounds how many DeviceIDs a flat table holds.",
      ),
      optional(
        'routes',
        number(1, ROUTES_MAX),
        says('`4096` with a `vmm`, else no limit', KVM_ROUTES),
        'Interrupt routes of the VMM: every vector in use and every pin of the interrupt controller holds one. `1024` in VMMs made of the Rust VMM libraries; a large number where KVM is not used.',
        { source: 'Linux include/linux/kvm_host.h: KVM_MAX_IRQ_ROUTES; rust-vmm/kvm#381' },
      ),
    ],
  },
];
