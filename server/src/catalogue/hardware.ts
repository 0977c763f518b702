/** Real devices, from published output of `lspci -vv`, and what their drivers in Linux ask for. */
import { intx, msi, plan, request } from './calls.ts';
import type { DeviceType } from './device-type.ts';
import { nvmePlan, nvmePlanText } from './nvme.ts';

const hardware = {
  kinds: ['endpoint'],
  interface: 'pcie',
  hotpluggable: true,
  msi: 0,
  msiMaskable: true,
  msi64bit: true,
  intx: true,
} satisfies Partial<DeviceType>;

/** IXGBE_MAX_MSIX_VECTORS_82599 and IXGBE_MAX_FDIR_INDICES, drivers/net/ethernet/intel/ixgbe. */
const IXGBE_VECTORS_MAX = 64;
const IXGBE_QUEUES_MAX = 63;
/** Two vectors are the least with which the Intel drivers run MSI-X: one queue and the rest. */
const INTEL_VECTORS_MIN = 2;
/** Of i40e, beside CPUs: miscellaneous, flow director, RDMA control, and 8 VMDq stations of 2 queues. */
const I40E_EXTRA = 1 + 1 + 1 + 8 * 2;
/** Of ice, beside CPUs: miscellaneous, flow director, switchdev and RDMA control. */
const ICE_EXTRA = 4;
/** PQI_MAX_QUEUE_GROUPS, drivers/scsi/smartpqi/smartpqi.h. */
const SMARTPQI_QUEUES_MAX = 64;

const nvme = (
  name: string,
  doc: string,
  pciId: string | undefined,
  msiMessages: number,
  entries: number,
): DeviceType => ({
  ...hardware,
  kinds: ['endpoint', 'vf'],
  name,
  doc,
  source: '`lspci -vv` of one sample; Linux drivers/nvme/host/pci.c: nvme_setup_irqs',
  pciId,
  msi: msiMessages,
  msiMaskable: false,
  msix: entries,
  queues: entries - 1,
  plan: (context) => nvmePlan(context, context.queues ?? entries - 1),
  planText: nvmePlanText,
});

const ixgbe = (name: string, chip: string, pciId: string | undefined): DeviceType => ({
  ...hardware,
  name,
  doc: `Intel ${chip}, 10 Gbit/s Ethernet.`,
  source: '`lspci -vv` of four samples; Linux drivers/net/ethernet/intel/ixgbe/ixgbe_lib.c: ixgbe_acquire_msix_vectors',
  pciId,
  msi: 1,
  msix: 64,
  plan: ({ capabilities, cpus }) =>
    plan(
      capabilities,
      request('msix', INTEL_VECTORS_MIN, Math.min(1 + Math.min(cpus, IXGBE_QUEUES_MAX), IXGBE_VECTORS_MAX)),
      msi,
      intx,
    ),
  planText: 'MSI-X for 2 to `cpus` + 1 (64 at most), else 1 MSI, else INTx',
});

const mlx5 = (name: string, card: string, pciId: string): DeviceType => ({
  ...hardware,
  name,
  doc: `Mellanox ${card}. The firmware can be set to another table size; state \`msix\` then.`,
  source:
    '`lspci -vv`, 64 entries in four samples; Linux drivers/net/ethernet/mellanox/mlx5/core/pci_irq.c: mlx5_irq_table_create',
  pciId,
  msix: 64,
  plan: ({ capabilities, cpus }) => plan(capabilities, request('msix', 1, Math.min(cpus + 1, capabilities.msix))),
  planText: 'MSI-X for 1 to `cpus` + 1. With dynamic MSI-X (x86) it starts with 1 and adds as needed',
});

export const hardwareTypes: readonly DeviceType[] = [
  ixgbe('ixgbe-82599', '82599ES (X520)', '8086:10fb'),
  ixgbe('ixgbe-x540', 'X540-AT2', '8086:1528'),
  {
    ...hardware,
    name: 'i40e-xl710',
    doc: 'Intel XL710, XXV710 and X722: up to 40 Gbit/s Ethernet.',
    source: '`lspci -vv` of four samples; Linux drivers/net/ethernet/intel/i40e/i40e_main.c: i40e_init_msix',
    pciId: '8086:158b',
    msi: 1,
    msix: 129,
    plan: ({ capabilities, cpus }) =>
      plan(
        capabilities,
        request(
          'msix',
          INTEL_VECTORS_MIN,
          Math.max(INTEL_VECTORS_MIN, Math.min(2 * cpus + I40E_EXTRA, capabilities.msix)),
        ),
        msi,
        intx,
      ),
    planText: 'MSI-X for 2 to 2 · `cpus` + 19 (its table at most), else 1 MSI, else INTx',
  },
  {
    ...hardware,
    name: 'ice-e810',
    doc: 'Intel E810: up to 100 Gbit/s Ethernet. The table size depends on its non-volatile memory.',
    source: '`lspci -vv` of one E810-CQDA2; Linux drivers/net/ethernet/intel/ice/ice_irq.c: ice_ena_msix_range',
    pciId: '8086:1592',
    msi: 1,
    msix: 129,
    plan: ({ capabilities, cpus }) =>
      plan(
        capabilities,
        request(
          'msix',
          INTEL_VECTORS_MIN,
          Math.max(INTEL_VECTORS_MIN, Math.min(2 * cpus + ICE_EXTRA, capabilities.msix)),
        ),
      ),
    planText: 'MSI-X for 2 to 2 · `cpus` + 4 (its table at most)',
  },
  mlx5('mlx5-connectx5', 'ConnectX-5', '15b3:1017'),
  mlx5('mlx5-connectx6', 'ConnectX-6 Lx', '15b3:101f'),
  mlx5('mlx5-connectx7', 'ConnectX-7', '15b3:1021'),
  mlx5('mlx5-bluefield2', 'BlueField-2', '15b3:a2d6'),
  {
    ...hardware,
    name: 'smartpqi',
    doc: 'HPE Smart Array (E208i-a): SAS controller.',
    source: '`lspci -vv` of one sample; Linux drivers/scsi/smartpqi/smartpqi_init.c: pqi_enable_msix_interrupts',
    pciId: '9005:028f',
    msix: 64,
    plan: ({ capabilities, cpus }) =>
      plan(capabilities, request('msix', 1, Math.min(cpus, SMARTPQI_QUEUES_MAX), { affinity: 'managed' })),
    planText: 'MSI-X for 1 to `cpus` (64 at most), managed',
  },
  nvme(
    'samsung-970',
    'Samsung SM981 and 970 EVO: NVMe disk. A 970 EVO Plus has 32 MSI messages instead of 1.',
    '144d:a808',
    1,
    33,
  ),
  nvme('kioxia-cm7', 'KIOXIA CM7: NVMe disk for data centres.', undefined, 0, 129),
];
