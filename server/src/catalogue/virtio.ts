/**
 * The virtio family of QEMU. MSI-X only; vector counts follow the queues, and stay what they were on old machine types
 * (hw/core/machine.c, the compat arrays). Linux: drivers/virtio/virtio_pci_common.c, vp_find_vqs.
 */
import type { DriverPlan, Request } from '../model/machine.ts';
import { intx, plan, request } from './calls.ts';
import {
  type Count,
  countOf,
  type DeviceType,
  type PlanContext,
  type TypeContext,
  upToMachine,
} from './device-type.ts';

/** A virtio device has at most this many queues: VIRTIO_QUEUE_MAX, include/hw/virtio/virtio.h. */
const QUEUE_MAX = 1024;

interface Virtio {
  readonly name: string;
  readonly doc: string;
  /** Device ID of the modern interface: 0x1040 + the virtio device number. */
  readonly pciId: string;
  readonly msix: Count;
  readonly queues?: Count;
  /** Vectors the driver would like: one for the configuration, and one for each queue with a callback. */
  readonly wanted: Count;
  /** Vectors before the managed ones; absent: the driver does not ask for managed affinity. */
  readonly managedAfter?: number;
  readonly hotpluggable?: boolean;
  readonly source?: string;
}

/** Queues of a type, as declared or as it has them by default. */
const queuesOf = (context: TypeContext, byDefault: number) => Math.max(1, context.queues ?? byDefault);
const netQueues = (context: TypeContext) => queuesOf(context, 1);
/** num_queues "auto": virtio_pci_optimal_num_queues, hw/virtio/virtio-pci.c. One queue on machine types up to 5.1. */
const queuePerCpu = (context: TypeContext, fixed: number) =>
  queuesOf(context, upToMachine(context, 5, 1) ? 1 : Math.min(context.cpus, QUEUE_MAX - fixed));
const blkQueues = (context: TypeContext) => queuePerCpu(context, 0);
const scsiQueues = (context: TypeContext) => queuePerCpu(context, 2);
/** Linux uses no more request queues than there can be CPUs (nr_cpu_ids). */
const used = (queues: number, context: TypeContext) => Math.min(queues, context.possibleCpus);

const perCpu = (of: (context: TypeContext) => number): Count => ({ text: '`cpus`; 1 on machine types up to 5.1', of });

/**
 * Tried in this order, always exactly n vectors: one for the configuration and one per queue with a callback; from 6.11
 * the same with slow queues sharing the first; two, the second for all queues; INTx.
 */
function virtioPlan(context: PlanContext, wanted: number, managedAfter: number | undefined): DriverPlan {
  const affinity: Partial<Request> = managedAfter === undefined ? {} : { affinity: 'managed', pre: managedAfter };
  const each = request('msix', wanted, wanted, affinity);
  const perQueue = context.rules === '6.1' ? [each] : [each, each];
  return plan(context.capabilities, ...perQueue, request('msix', 2, 2), intx);
}

function virtio(device: Virtio): DeviceType {
  const { name, doc, pciId, msix, wanted, managedAfter } = device;
  const exactly = typeof wanted === 'number' ? `${wanted}` : wanted.text;
  return {
    name,
    doc,
    source: device.source ?? 'QEMU 10.0 hw/virtio/virtio-pci.c, hw/core/machine.c',
    kinds: ['endpoint'],
    pciId,
    interface: 'either',
    hotpluggable: device.hotpluggable ?? true,
    msi: 0,
    msiMaskable: false,
    msi64bit: true,
    msix,
    intx: true,
    ...(device.queues === undefined ? {} : { queues: device.queues }),
    plan: (context) => virtioPlan(context, countOf(wanted, context), managedAfter),
    planText: `MSI-X for exactly ${exactly}${managedAfter === undefined ? '' : ', queues managed'}${wanted === 2 ? '' : ', else 2'}, else INTx`,
  };
}

const oneVector = (name: string, what: string, pciId: string): DeviceType =>
  virtio({
    name,
    doc: `${what} served by another process. One entry is too few for Linux's virtio driver, so it uses INTx.`,
    pciId,
    msix: 1,
    wanted: 2,
  });

const scsi = {
  queues: perCpu(scsiQueues),
  msix: { text: 'queues + 3', of: (context: TypeContext) => scsiQueues(context) + 3 },
  wanted: { text: 'queues + 3', of: (context: TypeContext) => used(scsiQueues(context), context) + 3 },
  managedAfter: 3,
};

export const virtioTypes: readonly DeviceType[] = [
  virtio({
    name: 'virtio-net-pci',
    doc: 'The paravirtual network card. The control queue needs no vector, so the driver takes one fewer than the table has.',
    pciId: '1af4:1041',
    queues: { text: '1', of: netQueues },
    msix: {
      text: '2 · queues + 2; 3 on machine types up to 5.2',
      of: (context) => (upToMachine(context, 5, 2) ? 3 : 2 * netQueues(context) + 2),
    },
    wanted: { text: '2 · queues + 1', of: (context) => 2 * netQueues(context) + 1 },
    source: 'QEMU 10.0 hw/virtio/virtio-net-pci.c, hw/core/machine.c',
  }),
  virtio({
    name: 'virtio-blk-pci',
    doc: 'The paravirtual disk, one queue per CPU.',
    pciId: '1af4:1042',
    queues: perCpu(blkQueues),
    msix: {
      text: 'queues + 1; 2 on machine types up to 2.11',
      of: (context) => (upToMachine(context, 2, 11) ? 2 : blkQueues(context) + 1),
    },
    wanted: { text: 'queues + 1', of: (context) => used(blkQueues(context), context) + 1 },
    managedAfter: 1,
    source: 'QEMU 10.0 hw/virtio/virtio-blk-pci.c, hw/core/machine.c; Linux drivers/block/virtio_blk.c: init_vq',
  }),
  virtio({
    name: 'virtio-scsi-pci',
    doc: 'The paravirtual SCSI controller: request queues, one per CPU, and two more for control and events.',
    pciId: '1af4:1048',
    ...scsi,
    source: 'QEMU 10.0 hw/virtio/virtio-scsi-pci.c; Linux drivers/scsi/virtio_scsi.c: virtscsi_init',
  }),
  virtio({
    name: 'vhost-scsi-pci',
    doc: 'As `virtio-scsi-pci`, with its target in the host kernel.',
    pciId: '1af4:1048',
    ...scsi,
  }),
  virtio({
    name: 'vhost-user-scsi-pci',
    doc: 'As `virtio-scsi-pci`, with its target in another process.',
    pciId: '1af4:1048',
    ...scsi,
  }),
  virtio({
    name: 'vhost-user-blk-pci',
    doc: 'As `virtio-blk-pci`, with its target in another process.',
    pciId: '1af4:1042',
    queues: perCpu(blkQueues),
    msix: {
      text: 'queues + 1; 2 on machine types up to 2.11',
      of: (context) => (upToMachine(context, 2, 11) ? 2 : blkQueues(context) + 1),
    },
    wanted: { text: 'queues + 1', of: (context) => used(blkQueues(context), context) + 1 },
    managedAfter: 1,
  }),
  virtio({
    name: 'virtio-rng-pci',
    doc: 'The entropy source.',
    pciId: '1af4:1044',
    msix: { text: '2; none on machine types up to 7.1', of: (context) => (upToMachine(context, 7, 1) ? 0 : 2) },
    wanted: 2,
  }),
  virtio({
    name: 'virtio-balloon-pci',
    doc: 'The memory balloon. Its three queues want more vectors than its table has, so it shares one.',
    pciId: '1af4:1045',
    msix: { text: '2; none on machine types up to 9.2', of: (context) => (upToMachine(context, 9, 2) ? 0 : 2) },
    wanted: 4,
  }),
  virtio({
    name: 'virtio-mem-pci',
    doc: 'Memory that is plugged in pieces.',
    pciId: '1af4:1058',
    msix: { text: '2; none on machine types up to 9.2', of: (context) => (upToMachine(context, 9, 2) ? 0 : 2) },
    wanted: 2,
  }),
  virtio({
    name: 'virtio-gpu-pci',
    doc: 'The paravirtual graphics card.',
    pciId: '1af4:1050',
    msix: 3,
    wanted: 3,
    hotpluggable: false,
  }),
  virtio({
    name: 'virtio-vga',
    doc: 'The paravirtual graphics card with a VGA interface.',
    pciId: '1af4:1050',
    msix: 3,
    wanted: 3,
    hotpluggable: false,
  }),
  virtio({
    name: 'virtio-serial-pci',
    doc: 'Serial ports and the console: 31 ports, whose queues share one vector.',
    pciId: '1af4:1043',
    msix: 2,
    wanted: 64,
  }),
  virtio({
    name: 'virtio-9p-pci',
    doc: 'A shared folder by the 9P protocol.',
    pciId: '1af4:1049',
    msix: 2,
    wanted: 2,
  }),
  virtio({
    name: 'virtio-crypto-pci',
    doc: 'The cryptography accelerator.',
    pciId: '1af4:1054',
    msix: 2,
    wanted: 3,
  }),
  virtio({ name: 'virtio-keyboard-pci', doc: 'A keyboard.', pciId: '1af4:1052', msix: 2, wanted: 3 }),
  virtio({
    name: 'virtio-tablet-pci',
    doc: 'A tablet, the usual pointer of a guest.',
    pciId: '1af4:1052',
    msix: 2,
    wanted: 3,
  }),
  virtio({
    name: 'vhost-vsock-pci',
    doc: 'Sockets between guest and host. Three queues and the configuration want four vectors of three: they share.',
    pciId: '1af4:1053',
    msix: 3,
    wanted: 4,
  }),
  virtio({
    name: 'vhost-user-vsock-pci',
    doc: 'As `vhost-vsock-pci`, served by another process.',
    pciId: '1af4:1053',
    msix: 3,
    wanted: 4,
  }),
  virtio({
    name: 'vhost-user-fs-pci',
    doc: 'A shared folder by virtiofs.',
    pciId: '1af4:105a',
    queues: { text: '1', of: netQueues },
    msix: { text: 'queues + 2', of: (context) => netQueues(context) + 2 },
    wanted: { text: 'queues + 2', of: (context) => used(netQueues(context), context) + 2 },
  }),
  oneVector('vhost-user-i2c-pci', 'An I²C bus', '1af4:1062'),
  oneVector('vhost-user-gpio-pci', 'General purpose I/O lines', '1af4:1069'),
  oneVector('vhost-user-scmi-pci', 'The system control and management interface', '1af4:1060'),
  oneVector('vhost-user-snd-pci', 'A sound card', '1af4:1059'),
];
