/** The other endpoints of QEMU, and what their drivers in Linux ask for. */
import { defaultPlan, free, intx, ladder, msi, plan, request } from './calls.ts';
import type { DeviceType, PlanContext, TypeContext } from './device-type.ts';
import { nvmePlan, nvmePlanText } from './nvme.ts';

const endpoint = {
  kinds: ['endpoint'],
  hotpluggable: true,
  msi: 0,
  msiMaskable: false,
  msi64bit: true,
  msix: 0,
  intx: true,
} satisfies Partial<DeviceType>;

const oneMsi = {
  msi: 1,
  plan: ({ capabilities }: PlanContext) => plan(capabilities, msi, intx),
  planText: '1 MSI, else INTx',
};
const pinOnly = { plan: ({ capabilities }: PlanContext) => plan(capabilities, intx), planText: 'INTx' };
const noDriver = {
  plan: ({ capabilities }: PlanContext) => defaultPlan(capabilities),
  planText: 'No driver in Linux; taken as 1 to all it has, MSI-X, else MSI, else INTx',
};

/** IGB_MAX_RX_QUEUES_82576, drivers/net/ethernet/intel/igb/igb.h. */
const IGB_QUEUES_MAX = 8;
/** VMXNET3_DEVICE_MAX_RX_QUEUES and _TX_QUEUES, VMXNET3_LINUX_MIN_MSIX_VECT: drivers/net/vmxnet3. */
const VMXNET3_QUEUES_MAX = 8;
const VMXNET3_VECTORS_MIN = 3;
/** Ports of the ICH9 AHCI controller, for each of which the driver would like a vector. */
const AHCI_PORTS = 6;

/** Receive and transmit vectors apart while they fit, in pairs from more than half the queues on; and one for the link. */
function igbVectors({ cpus }: TypeContext): number {
  const queues = Math.min(cpus, IGB_QUEUES_MAX);
  return (queues > IGB_QUEUES_MAX / 2 ? queues : 2 * queues) + 1;
}

function vmxnet3Vectors({ cpus }: TypeContext): number {
  const queues = 2 ** Math.floor(Math.log2(Math.min(cpus, VMXNET3_QUEUES_MAX)));
  return Math.max(queues + 1, VMXNET3_VECTORS_MIN);
}

/** Up to 6.7 all or one; later as many as there are, of MSI-X or MSI. xhci_try_enable_msi, drivers/usb/host. */
function xhciPlan({ capabilities, cpus, rules }: PlanContext) {
  const wanted = Math.min(cpus + 1, Math.max(capabilities.msix, capabilities.msi));
  if (rules === '6.1') {
    const exact = Math.min(cpus + 1, capabilities.msix);
    return plan(capabilities, request('msix', exact, exact), msi, intx);
  }
  return plan(capabilities, request('msix', 1, wanted, { fallback: ['msi'] }), intx);
}
const xhciPlanText = 'MSI-X for `cpus` + 1 (exactly on 6.1, up to that later), else MSI, else INTx';

export const qemuTypes: readonly DeviceType[] = [
  {
    ...endpoint,
    name: 'nvme',
    doc: 'The NVMe controller, 64 I/O queues.',
    source: 'QEMU 10.0 hw/nvme/ctrl.c (`msix_qsize`, `max_ioqpairs`)',
    kinds: ['endpoint', 'vf'],
    pciId: '1b36:0010',
    interface: 'pcie',
    msix: 65,
    queues: 64,
    sriov: { totalVfs: 0, offset: 1, stride: 1 },
    plan: (context) => nvmePlan(context, context.queues ?? 64),
    planText: nvmePlanText,
  },
  {
    ...endpoint,
    ...pinOnly,
    name: 'e1000',
    doc: 'The Intel 82540EM network card: no MSI.',
    source: 'QEMU 10.0 hw/net/e1000.c',
    pciId: '8086:100e',
    interface: 'conventional',
  },
  {
    ...endpoint,
    name: 'e1000e',
    doc: 'The Intel 82574L network card: five entries, of which the driver uses three, for receive, transmit and the link.',
    source:
      'QEMU 10.0 hw/net/e1000e.c; Linux drivers/net/ethernet/intel/e1000e/netdev.c: e1000e_set_interrupt_capability',
    pciId: '8086:10d3',
    interface: 'pcie',
    msi: 1,
    msix: 5,
    plan: ({ capabilities }) => plan(capabilities, request('msix', 3, 3), msi, intx),
    planText: 'MSI-X for exactly 3, else 1 MSI, else INTx',
  },
  {
    ...endpoint,
    name: 'igb',
    doc: 'The Intel 82576 network card with SR-IOV. Its driver takes one vector, gives it back, and takes those it needs.',
    source: 'QEMU 10.0 hw/net/igb.c; Linux drivers/net/ethernet/intel/igb/igb_main.c: igb_set_interrupt_capability',
    pciId: '8086:10c9',
    interface: 'pcie',
    msi: 1,
    msiMaskable: true,
    msix: 10,
    sriov: { totalVfs: 8, offset: 0x80, stride: 2 },
    plan: (context) => {
      const { capabilities } = context;
      const vectors = igbVectors(context);
      return [
        ladder(capabilities, request('msix', 1, 1), msi, intx),
        free,
        ladder(capabilities, request('msix', vectors, vectors), msi, intx),
      ];
    },
    planText:
      '1, given back, then MSI-X for 2 · `cpus` + 1 (from 5 CPUs on `cpus` + 1, at most 9), else 1 MSI, else INTx',
  },
  {
    ...endpoint,
    name: 'igbvf',
    doc: 'A virtual function of `igb`.',
    source: 'QEMU 10.0 hw/net/igbvf.c; Linux drivers/net/ethernet/intel/igbvf/netdev.c: igbvf_set_interrupt_capability',
    kinds: ['vf', 'endpoint'],
    pciId: '8086:10ca',
    interface: 'pcie',
    hotpluggable: false,
    msix: 3,
    intx: false,
    plan: ({ capabilities }) => plan(capabilities, request('msix', 3, 3)),
    planText: 'MSI-X for exactly 3',
  },
  {
    ...endpoint,
    ...pinOnly,
    name: 'rtl8139',
    doc: 'The Realtek network card: no MSI.',
    source: 'QEMU 10.0 hw/net/rtl8139.c',
    pciId: '10ec:8139',
    interface: 'conventional',
  },
  ...['ahci', 'ich9-ahci'].map(
    (name): DeviceType => ({
      ...endpoint,
      name,
      doc: 'The ICH9 SATA controller: one MSI for its six ports.',
      source: 'QEMU 10.0 hw/ide/ich.c; Linux drivers/ata/ahci.c: ahci_init_irq',
      pciId: '8086:2922',
      interface: 'conventional',
      msi: 1,
      plan: ({ capabilities }) =>
        plan(
          capabilities,
          request('msix', AHCI_PORTS, Math.max(AHCI_PORTS, capabilities.msix, capabilities.msi), { fallback: ['msi'] }),
          msi,
          request('msix', 1, 1),
          intx,
        ),
      planText: 'One per port, else 1 MSI, else INTx',
    }),
  ),
  {
    ...endpoint,
    name: 'qemu-xhci',
    doc: 'The USB 3 controller: MSI-X only.',
    source: 'QEMU 10.0 hw/usb/hcd-xhci-pci.c; Linux drivers/usb/host/xhci-pci.c: xhci_try_enable_msi',
    pciId: '1b36:000d',
    interface: 'either',
    msix: 16,
    plan: xhciPlan,
    planText: xhciPlanText,
  },
  {
    ...endpoint,
    name: 'nec-usb-xhci',
    doc: 'The NEC USB 3 controller: MSI-X, and the only stock device of QEMU with an MSI of several messages.',
    source: 'QEMU 10.0 hw/usb/hcd-xhci-nec.c; Linux drivers/usb/host/xhci-pci.c: xhci_try_enable_msi',
    pciId: '1033:0194',
    interface: 'either',
    msi: 16,
    msix: 16,
    plan: xhciPlan,
    planText: xhciPlanText,
  },
  {
    ...endpoint,
    ...noDriver,
    name: 'edu',
    doc: 'The educational device.',
    source: 'QEMU 10.0 hw/misc/edu.c',
    pciId: '1234:11e8',
    interface: 'conventional',
    msi: 1,
  },
  {
    ...endpoint,
    ...noDriver,
    name: 'ivshmem-doorbell',
    doc: 'Memory shared between guests, with interrupts.',
    source: 'QEMU 10.0 hw/misc/ivshmem-pci.c (`vectors`)',
    pciId: '1af4:1110',
    interface: 'conventional',
    msix: 1,
  },
  {
    ...endpoint,
    name: 'ivshmem-plain',
    doc: 'Memory shared between guests, without interrupts.',
    source: 'QEMU 10.0 hw/misc/ivshmem-pci.c',
    pciId: '1af4:1110',
    interface: 'conventional',
    intx: false,
    plan: () => [],
    planText: 'Nothing',
  },
  ...(
    [
      ['megasas', '1000:0060', 'conventional', 'first'],
      ['megasas-gen2', '1000:0079', 'pcie', 'second'],
    ] as const
  ).map(
    ([name, pciId, bus, generation]): DeviceType => ({
      ...endpoint,
      name,
      doc: `The LSI MegaRAID SAS controller of the ${generation} generation.`,
      source: 'QEMU 10.0 hw/scsi/megasas.c; Linux drivers/scsi/megaraid/megaraid_sas_base.c',
      pciId,
      interface: bus,
      msi: 1,
      msix: 15,
      plan: ({ capabilities }) => plan(capabilities, request('msix', 1, 1), intx),
      planText: 'MSI-X for 1, else INTx',
    }),
  ),
  {
    ...endpoint,
    ...pinOnly,
    name: 'mptsas1068',
    doc: 'The LSI SAS1068 controller. Its driver leaves MSI off unless told otherwise.',
    source: 'QEMU 10.0 hw/scsi/mptsas.c; Linux drivers/message/fusion/mptbase.c (`mpt_msi_enable_sas`)',
    pciId: '1000:0054',
    interface: 'conventional',
    msi: 1,
  },
  {
    ...endpoint,
    name: 'vmxnet3',
    doc: 'The network card of VMware.',
    source: 'QEMU 10.0 hw/net/vmxnet3.c; Linux drivers/net/vmxnet3/vmxnet3_drv.c: vmxnet3_alloc_intr_resources',
    pciId: '15ad:07b0',
    interface: 'either',
    msi: 1,
    msix: 25,
    plan: (context) => {
      const vectors = vmxnet3Vectors(context);
      const least = request('msix', VMXNET3_VECTORS_MIN, VMXNET3_VECTORS_MIN);
      const rungs = vectors > VMXNET3_VECTORS_MIN ? [request('msix', vectors, vectors), least] : [least];
      return plan(context.capabilities, ...rungs, msi, intx);
    },
    planText: 'MSI-X for exactly 1 + a queue per CPU (a power of two up to 8), else 3, else 1 MSI, else INTx',
  },
  ...(
    [
      ['intel-hda', '8086:2668', 'ICH6'],
      ['ich9-intel-hda', '8086:293e', 'ICH9'],
    ] as const
  ).map(
    ([name, pciId, chip]): DeviceType => ({
      ...endpoint,
      ...oneMsi,
      name,
      doc: `The ${chip} sound controller.`,
      source: 'QEMU 10.0 hw/audio/intel-hda.c; Linux sound/pci/hda/hda_intel.c: azx_acquire_irq',
      pciId,
      interface: 'conventional',
    }),
  ),
  {
    ...endpoint,
    ...noDriver,
    name: 'vfio-pci',
    doc: "A host device handed to this guest. It has the host device's MSI and MSI-X, so state `msi` and `msix`, and a `request` for what its driver does.",
    source: 'QEMU 10.0 hw/vfio/pci.c',
    pciId: undefined,
    interface: 'either',
    planText: 'Taken as 1 to all it has, MSI-X, else MSI, else INTx',
  },
];
