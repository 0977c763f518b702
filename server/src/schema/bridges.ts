/** The bus kinds: everything with a secondary bus. */
import { msiBusProperty } from './host-bridge.ts';
import type { KindSchema, Parent, PropertySchema } from './types.ts';
import { BUS_KINDS, boolean, is, keyword, MSI_INDEX_MAX, number, optional, required, says, word } from './values.ts';

/** The loose limit of counts on which a domain rule speaks (`msi-count-not-power-of-two`, `msix-count-out-of-range`). */
const COUNT_MAX = MSI_INDEX_MAX;
/** Interrupt Message Number: five bits in the PCI Express, AER and DPC capabilities. */
const MESSAGE_MAX = 31;
/** Vectors of one port: `PCIE_PORT_MAX_MSI_ENTRIES`, drivers/pci/pcie/portdrv.h. */
const SERVICE_VECTORS_MAX = 32;
/** Physical Slot Number: 13 bits in the Slot Capabilities register. */
const SLOT_MAX = 8191;
const CHASSIS_MAX = 255;

const portdrv = { source: 'Linux drivers/pci/pcie/portdrv.c: pcie_port_enable_irq_vec' };

/** What bridges and endpoints have in common, at the end of their properties. */
export const slotProperties: readonly PropertySchema[] = [
  optional(
    'multifunction',
    boolean,
    says('as needed'),
    'The multifunction bit in the header of function 0. Without it Linux does not look for functions 1 to 7.',
    {
      source: 'Linux drivers/pci/probe.c: pci_scan_slot',
    },
  ),
  optional(
    'spread',
    keyword(
      word('slots', 'Each element takes a slot: 03.0, 04.0, 05.0 …'),
      word('functions', 'Each element takes a function: 03.0 … 03.7, then 04.0 …'),
    ),
    is('slots'),
    'How the elements of an array are laid out.',
  ),
  optional(
    'driver',
    keyword(
      word('auto', 'Its driver is bound at boot or when it is plugged in.'),
      word('none', 'It is present, and counts where capabilities are summed, but no driver ever asks for vectors.'),
    ),
    is('auto'),
    'Whether a driver is bound.',
  ),
  optional(
    'pci-id',
    { is: 'string', pattern: '[0-9a-fA-F]{4}:[0-9a-fA-F]{4}', form: 'vvvv:dddd in hexadecimal' },
    says("the type's"),
    'Vendor and device ID, `"1af4:1041"`. Some bridges and devices have quirks in Linux that go by it.',
    {
      source: 'Linux drivers/pci/quirks.c',
    },
  ),
];

/** MSI and MSI-X capabilities, the same words for bridges and endpoints. */
export const capabilityProperties: readonly PropertySchema[] = [
  optional(
    'msi',
    { is: 'number', min: 0, max: COUNT_MAX, form: '0, 1, 2, 4 … 32' },
    says("the type's, else none"),
    'Messages of the MSI capability: 1, 2, 4, 8, 16 or 32; 0 for none.',
    {
      source: 'PCI Local Bus 3.0 §6.8.1, Multiple Message Capable',
    },
  ),
  optional(
    'msix',
    { is: 'number', min: 0, max: COUNT_MAX, form: '0..2048' },
    says("the type's, else none"),
    'Entries of the MSI-X table: 1 to 2048; 0 for none. Up to Linux 6.10 the request sizes the interrupt translation table, later this number does.',
    {
      source: 'PCI Local Bus 3.0 §6.8.2, Table Size',
    },
  ),
  optional(
    'msi-maskable',
    boolean,
    says("the type's, else `true`", true),
    'The MSI capability has mask bits. On x86 an MSI without them holds a CPU vector from allocation on.',
    {
      source: 'Linux kernel/irq/msi.c: msi_check_reservation_mode',
    },
  ),
  optional(
    'msi-64bit',
    boolean,
    says("the type's, else `true`", true),
    'The MSI capability takes 64-bit addresses. On pseries a 32-bit one is not served.',
    {
      source: 'Linux arch/powerpc/platforms/pseries/msi.c',
    },
  ),
];

const busProperties: readonly PropertySchema[] = [
  optional(
    'bus',
    number(1, 255),
    says('by depth-first numbering'),
    'The number of the secondary bus, where firmware fixed it.',
    {
      source: 'Linux drivers/pci/probe.c: pci_scan_bridge_extend',
    },
  ),
  optional(
    'buses',
    number(0, 255),
    is(0),
    'Bus numbers reserved below, besides those in use, for bridges plugged in later.',
  ),
  optional(
    'hotplug',
    keyword(
      word('none', 'No hot-plug. On a `pci-bridge` also no SHPC, and so no MSI.'),
      word('native', 'PCI Express hot-plug: one slot, device 0.'),
      word('shpc', 'Standard hot-plug controller: slots 1 to 31. It brings the bridge one MSI.'),
      word('acpi', 'By the firmware; takes no vector of the bridge.'),
    ),
    says('`native` for ports, `shpc` for bridges'),
    'How devices can be plugged into this port or bridge.',
    { source: 'QEMU hw/pci/shpc.c, hw/pci/pcie.c' },
  ),
  ...capabilityProperties,
  optional(
    'pme-message',
    number(0, MESSAGE_MAX),
    is(0),
    'Message number of PME, hot-plug and bandwidth notification, which share one.',
    portdrv,
  ),
  optional(
    'aer-message',
    number(0, MESSAGE_MAX),
    says("the type's, else `0`", 0),
    'Message number of Advanced Error Reporting.',
    portdrv,
  ),
  optional('dpc-message', number(0, MESSAGE_MAX), is(0), 'Message number of Downstream Port Containment.', portdrv),
  optional(
    'service-vectors',
    number(0, SERVICE_VECTORS_MAX),
    says('1 + the largest message number'),
    'Vectors the port driver keeps. When the capability offers fewer, the services use INTx.',
    portdrv,
  ),
  optional(
    'chassis',
    number(0, CHASSIS_MAX),
    says('unique'),
    'Chassis number. Two ports must not have the same chassis and slot.',
    {
      source: 'QEMU hw/pci/pcie_port.c: pcie_chassis_add_slot',
    },
  ),
  optional('slot', number(0, SLOT_MAX), says('unique'), 'Physical slot number, unique within the chassis.', {
    source: 'QEMU hw/pci/pcie_port.c: pcie_chassis_add_slot',
  }),
  optional(
    'alias',
    keyword(
      word('own', "What is below signals with the bridge's own requester ID."),
      word('secondary', 'What is below signals as device 00.0 of the secondary bus.'),
    ),
    says("the type's; ports have none"),
    'The requester ID, and so the DeviceID, that everything below the bridge shares.',
    { source: 'Linux drivers/pci/search.c: pci_for_each_dma_alias' },
  ),
  optional(
    'ari',
    boolean,
    is(false),
    'Alternative Routing-ID: functions other than those of device 00 are found below the port.',
    {
      source: 'Linux drivers/pci/probe.c: only_one_child',
    },
  ),
  msiBusProperty,
  ...slotProperties,
];

interface BusKindSchema extends Pick<KindSchema, 'doc' | 'example' | 'parents'> {
  readonly word: KindSchema['word'];
  readonly type: string;
}

/** Anything on a bus may be written on any bus; whether it works there is for the rules of the topology. */
const BUSES: readonly Parent[] = ['host-bridge', ...BUS_KINDS];

function busKind({ word: kind, doc, example, parents, type }: BusKindSchema): KindSchema {
  return {
    word: kind,
    doc,
    example,
    parents,
    alsoIn: BUSES.filter((parent) => !parents.includes(parent)),
    name: { role: 'declares', scope: 'names', required: false, count: true },
    type: { take: 'device-types', declared: false, default: type },
    takesAt: true,
    takesHotplug: true,
    properties: busProperties,
  };
}

export const bridgeKinds: readonly KindSchema[] = [
  {
    word: 'expander',
    doc: 'An extra root bus of the same segment, with a bus number of its own. It takes bridges and ports only, shares the ECAM window with its host bridge, and is never hot-plugged. Under ACPI the root bus with the highest number is served first at boot.',
    example:
      'host-bridge pcie0 {\n  expander pxb0 : pxb-pcie { bus = 128; root-port rp1 { endpoint nic1 : virtio-net-pci } }\n}',
    parents: ['host-bridge'],
    alsoIn: BUS_KINDS,
    name: { role: 'declares', scope: 'names', required: false, count: false },
    type: { take: 'device-types', declared: false, default: 'pxb-pcie' },
    takesAt: true,
    takesHotplug: false,
    properties: [
      required(
        'bus',
        number(1, 255),
        "The root bus's number, `bus_nr` of QEMU; the buses below follow it, up to the next expander.",
        {
          source: 'QEMU hw/pci-bridge/pci_expander_bridge.c',
        },
      ),
      msiBusProperty,
    ],
  },
  busKind({
    word: 'root-port',
    doc: 'A PCI Express port on a root bus: one slot, device 00, one bus number, and no aliasing: what is plugged in keeps its own requester ID and DeviceID. The port driver takes a vector or two for hot-plug, PME and AER.',
    example: 'root-port rp0 at 01.0 { endpoint nic0 : virtio-net-pci }',
    parents: ['host-bridge', 'expander'],
    type: 'pcie-root-port',
  }),
  busKind({
    word: 'switch',
    doc: 'A PCI Express switch below a port: its upstream port, and on the bus behind that its `downstream-port`s. It costs one bus number, and one more for each downstream port. Up to Linux 6.1 the upstream port, too, takes a vector.',
    example:
      'root-port rp0 at 01.0 {\n  switch sw0 { downstream-port dp[4] at 00.0 { endpoint nic : virtio-net-pci } }\n}',
    parents: ['root-port', 'downstream-port'],
    type: 'x3130-upstream',
  }),
  busKind({
    word: 'downstream-port',
    doc: 'A port of a `switch`: one slot, device 00, no aliasing.',
    example: 'switch sw0 { downstream-port dp0 at 00.0 { endpoint nic0 : virtio-net-pci } }',
    parents: ['switch'],
    type: 'xio3130-downstream',
  }),
  busKind({
    word: 'pcie-pci-bridge',
    doc: 'A bridge from PCI Express to conventional PCI with 31 hot-plug slots. Everything below it signals as device 00.0 of its secondary bus, so an ITS sees one DeviceID with one translation table, sized when the first function below asks and never grown.',
    example: 'root-port rp0 at 01.0 {\n  pcie-pci-bridge br0 { endpoint disk[4] : virtio-blk-pci at 01.0 }\n}',
    parents: ['host-bridge', 'expander', 'root-port', 'downstream-port'],
    type: 'pcie-pci-bridge',
  }),
  busKind({
    word: 'pci-bridge',
    doc: "A conventional PCI bridge. Everything below it signals with the bridge's own requester ID, unless a PCIe-to-PCI bridge further up takes over. Directly on a root bus its own SHPC interrupt and all functions below share one DeviceID.",
    example: 'pci-bridge br1 at 03.0 { hotplug = none; endpoint disk0 : virtio-blk-pci at 01.0 }',
    parents: ['host-bridge', 'expander', 'pcie-pci-bridge', 'pci-bridge'],
    type: 'pci-bridge',
  }),
];
