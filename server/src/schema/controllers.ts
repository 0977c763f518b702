/** `interrupt-controller` and `its`. */
import { QEMU_V2M_FRAME } from './hypervisor-tables.ts';
import type { KindSchema } from './types.ts';
import { anyOf, boolean, CPUS_MAX, is, keyword, list, number, optional, range, says, version, word } from './values.ts';

const GICV3 = { onlyFor: ['gicv3'] };
const GICV3_AND_5 = { onlyFor: ['gicv3', 'gicv5'] };
const X86 = { onlyFor: ['x86-apic'] };
const SPAPR = { onlyFor: ['spapr-xics', 'spapr-xive', 'spapr-dual'] };
/** INTIDs end at 2^24: GICD_TYPER.IDbits counts to 24 at most. */
const LPIS_MAX = 2 ** 24 - 8192;
const spiRange = range(number(0, 1023));

export const controllerKinds: readonly KindSchema[] = [
  {
    word: 'interrupt-controller',
    doc: 'What turns the messages of PCI functions into interrupts. The type is required, and says which numbers there are to run out of: LPIs and ITS tables, SPIs, CPU vectors, XIRQs or identities. A machine may have several where the platform does.',
    example:
      'interrupt-controller gic : gicv3 {\n  id-bits = 16\n  its its0 { device-id-bits = 16; event-id-bits = 16 }\n}',
    parents: ['top'],
    name: { role: 'declares', scope: 'names', required: false, count: false },
    type: {
      take: 'listed',
      required: true,
      types: [
        word(
          'gicv3',
          'Arm GICv3 or GICv4: MSIs are LPIs, translated by an `its` from DeviceID and EventID. Without an `its` there is no MSI at all.',
        ),
        word('gicv2m', 'Arm GICv2 with the v2m extension: MSIs are SPIs out of small frames; no DeviceIDs.'),
        word('gicv5', 'Arm GICv5: an `its` per group of devices, no sharing of a DeviceID between functions.'),
        word('x86-apic', 'x86 local APICs: about 200 vectors per CPU, with or without interrupt remapping.'),
        word('spapr-xics', 'IBM pseries with the XICS controller: XIRQ blocks, handed out by the hypervisor.'),
        word('spapr-xive', 'IBM pseries with the XIVE controller; the same numbers as XICS.'),
        word('spapr-dual', 'IBM pseries that negotiates XICS or XIVE at boot, as QEMU does by default.'),
        word('riscv-imsic', 'RISC-V IMSIC: a file of interrupt identities per CPU.'),
      ],
    },
    takesAt: false,
    takesHotplug: false,
    properties: [
      optional(
        'id-bits',
        number(14, 24),
        is(16),
        'Bits of an interrupt ID. GICv3: LPIs are 8192 to 2^id-bits − 1, and Linux uses 16 bits at most; when they are used up, allocation fails with ENOMEM (6.12) or ENODEV (7.2). GICv5: LPIs are 0 to 2^id-bits − 1, the first 8 of each possible CPU for messages between CPUs; when they are used up, ENOSPC.',
        {
          ...GICV3_AND_5,
          source:
            'GICD_TYPER.IDbits; Linux drivers/irqchip/irq-gic-v3-its.c: its_lpi_init; IRS_IDR2.ID_BITS; irq-gic-v5-irs.c: gicv5_irs_init_ist',
        },
      ),
      optional(
        'lpi-limit',
        number(0, LPIS_MAX),
        says('no limit'),
        'Number of LPIs, where the hypervisor offers fewer than `id-bits` allows.',
        {
          ...GICV3,
          source: 'GICD_TYPER.num_LPIs',
        },
      ),
      optional(
        'gicv4',
        boolean,
        is(false),
        'The controller can inject LPIs into guests directly. GICv4.0 without `direct-lpi` takes the last DeviceID for a proxy device; a function mapped there gets EINVAL.',
        {
          ...GICV3,
          source: 'Linux drivers/irqchip/irq-gic-v3-its.c: its_init_vpe_domain',
        },
      ),
      optional(
        'direct-lpi',
        boolean,
        is(false),
        'LPIs can be invalidated by redistributor registers, so GICv4.0 needs no proxy device.',
        GICV3,
      ),
      optional(
        'spis',
        anyOf(spiRange, list(spiRange)),
        says('`80..143`', { from: QEMU_V2M_FRAME.first, to: QEMU_V2M_FRAME.last }),
        'The SPIs of the frame, both ends included; a list when there are several frames. A frame must lie within 32 to 1018. One pool for all devices: ENOSPC when no run is free.',
        { onlyFor: ['gicv2m'], source: "Linux drivers/irqchip/irq-gic-v2m.c; default: QEMU's virt machine, 64 SPIs" },
      ),
      optional(
        'cpus',
        number(1, CPUS_MAX),
        says("the machine's"),
        'CPUs with a local APIC: the same number as the `cpus` of the machine; two different ones are an error.',
        X86,
      ),
      optional(
        'isa-irqs',
        list(number(0, 15)),
        says('`[]`'),
        'ISA interrupts that some driver holds on `cpu[0]` at boot.',
        {
          ...X86,
          source: 'Linux arch/x86/kernel/apic/vector.c: lapic_assign_system_vectors',
        },
      ),
      optional(
        'vectors-in-use',
        anyOf(number(0, 256), list(number(0, 256))),
        says('the number of `isa-irqs`'),
        'All vectors taken before the first PCI driver, those of `isa-irqs` included: on `cpu[0]`, or, as a list, on each CPU from `cpu[0]` on. `/sys/kernel/debug/irq/domains/VECTOR` shows them. An interrupt remapping unit takes one for its faults.',
        X86,
      ),
      optional(
        'io-apic-pins',
        number(0, 240),
        says('`15`, the ISA interrupts without the cascade; 0 without `legacy-pic`'),
        'IO-APIC pins that the kernel sets up at boot. One that no driver uses is promised a vector; with `remapping = intel` each holds an entry of unit 0, from 0 on. A PCI function whose driver enables it sets up the pin of its interrupt line as well.',
        {
          ...X86,
          source: 'Linux arch/x86/kernel/apic/io_apic.c: setup_IO_APIC_irqs, mp_map_gsi_to_irq',
        },
      ),
      optional('legacy-pic', boolean, is(true), 'There is an 8259: one vector fewer on each CPU.', X86),
      optional(
        'ia32',
        boolean,
        is(true),
        '32-bit system calls are enabled: vector 0x80 is not for devices, one fewer on each CPU.',
        {
          ...X86,
          source: 'Linux arch/x86/kernel/idt.c: ia32_enabled',
        },
      ),
      optional(
        'remapping',
        keyword(
          word('none', 'None: an MSI capability with several messages gets one vector.'),
          word('intel', 'Intel VT-d: one table of entries per unit.'),
          word('amd', 'AMD-Vi: one table of entries per DeviceID.'),
        ),
        is('none'),
        'Interrupt remapping. With it, several MSI messages per function work, and each vector takes an entry of the remapping table at allocation.',
        X86,
      ),
      optional(
        'remapping-entries',
        number(1, 65536),
        says('`65536` for `intel`, `512` for `amd`'),
        'Entries of a remapping table: per unit (intel) or per DeviceID (amd). ENOSPC when they are used up. AMD units with 2K support have tables of 2048 from Linux 7.2 on; earlier kernels make them with 512 everywhere.',
        {
          ...X86,
          source: 'Linux drivers/iommu/intel/irq_remapping.c, drivers/iommu/amd/iommu.c',
        },
      ),
      optional(
        'machine-version',
        version('pseries'),
        says('newest'),
        'Layout and allocator of the interrupt numbers: up to `pseries-3.0` 1,024 shared ones, later a bitmap of 3,328 for MSIs. Also sets `machine-type`.',
        {
          ...SPAPR,
          source: 'QEMU hw/ppc/spapr_irq.c',
        },
      ),
      optional(
        'identities',
        { is: 'number', min: 63, max: 2047, oneLessThanMultipleOf: 64 },
        is(255),
        'Interrupt identities of each CPU: one less than a multiple of 64. Linux keeps the first for messages between CPUs, so that 254 of 255 are for devices; ENOSPC when those of all CPUs online are used up.',
        { onlyFor: ['riscv-imsic'], source: 'Linux drivers/irqchip/irq-riscv-imsic-state.c: imsic_parse_fwnode' },
      ),
    ],
  },
  {
    word: 'its',
    doc: 'An interrupt translation service: it turns the DeviceID of a function and the EventID it writes into an LPI. Each DeviceID has one interrupt translation table (ITT), sized when it is first used and never grown.',
    example: 'interrupt-controller gic : gicv3 {\n  its its0 { device-id-bits = 16; event-id-bits = 16 }\n}',
    parents: ['interrupt-controller'],
    parentTypes: ['gicv3', 'gicv5'],
    name: { role: 'declares', scope: 'names', required: false, count: false },
    type: { take: 'none' },
    takesAt: false,
    takesHotplug: false,
    properties: [
      optional(
        'device-id-bits',
        number(1, 32),
        is(16),
        'Bits of a DeviceID. A function whose DeviceID needs more cannot signal: its allocation fails.',
        {
          source: "GITS_TYPER.Devbits; default: QEMU's virt machine",
        },
      ),
      optional('event-id-bits', number(1, 32), is(16), 'Bits of an EventID: the most events one DeviceID can have.', {
        source: "GITS_TYPER.ID_bits; default: QEMU's virt machine",
      }),
      optional(
        'indirect',
        boolean,
        is(true),
        'The device table has two levels, so that high DeviceIDs cost pages only where they are used. In a GICv5 the translation tables of devices with more than a page of events have two levels, too.',
        {
          source:
            'GITS_BASER.Indirect; Linux drivers/irqchip/irq-gic-v3-its.c: its_parse_indirect_baser; GICv5: ITS_IDR1.DT_LEVELS, ITT_LEVELS',
        },
      ),
      optional('itt-entry-size', number(1, 16), is(12), 'Bytes per event in an ITT.', {
        source: 'GITS_TYPER.ITT_entry_size',
      }),
      optional(
        'quirk',
        keyword(
          word('none', 'None.'),
          word('cavium-22375', 'Cavium ThunderX: 20 bits of DeviceID, whatever is declared.'),
          word('qdf2400-e0065', 'Qualcomm QDF2400: 16 bytes per event.'),
          word('synquacer', "Socionext SynQuacer: DeviceID bits bounded by the pre-ITS's window."),
        ),
        is('none'),
        'A known erratum the kernel works around.',
        { source: 'Linux drivers/irqchip/irq-gic-v3-its.c: its_quirks' },
      ),
    ],
  },
];
