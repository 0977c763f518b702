/** What is known of stock Linux drivers beside how many vectors they ask for: what they bind, and which vectors are managed. */
import type { Affinity } from '../../server/src/timeline/affinity.ts';
import type { RecordedFunction } from './record.ts';

export interface StockDriver {
  /** Device models of the VMM that the driver binds. */
  readonly models: readonly string[];
  /** Its queue vectors are managed (PCI_IRQ_AFFINITY). */
  readonly affinity: Affinity | undefined;
  /** It installs handlers in its probe, not only when an interface is opened. */
  readonly requestsAtProbe: boolean;
}

const onePre: Affinity = { pre: 1, post: 0, sets: 1 };

/** By module name, as `load-driver` gives it, with `-` and `_` alike. */
const drivers: Readonly<Record<string, StockDriver>> = {
  virtio_net: { models: ['virtio-net-pci'], affinity: undefined, requestsAtProbe: true },
  virtio_blk: { models: ['virtio-blk-pci'], affinity: onePre, requestsAtProbe: true },
  virtio_scsi: { models: ['virtio-scsi-pci'], affinity: undefined, requestsAtProbe: true },
  virtio_rng: { models: ['virtio-rng-pci'], affinity: undefined, requestsAtProbe: true },
  virtio_console: { models: ['virtio-serial-pci'], affinity: undefined, requestsAtProbe: true },
  virtio_balloon: { models: ['virtio-balloon-pci'], affinity: undefined, requestsAtProbe: true },
  nvme: { models: ['nvme'], affinity: onePre, requestsAtProbe: true },
  e1000e: { models: ['e1000e'], affinity: undefined, requestsAtProbe: false },
  e1000: { models: ['e1000'], affinity: undefined, requestsAtProbe: false },
  igb: { models: ['igb'], affinity: undefined, requestsAtProbe: false },
  igbvf: { models: ['igbvf'], affinity: undefined, requestsAtProbe: false },
  vmxnet3: { models: ['vmxnet3'], affinity: undefined, requestsAtProbe: false },
  xhci_pci: { models: ['qemu-xhci', 'nec-usb-xhci'], affinity: undefined, requestsAtProbe: false },
  ahci: { models: ['ich9-ahci'], affinity: undefined, requestsAtProbe: true },
};

/** The driver with this module name; undefined when it is not known. */
export function stockDriver(module: string): StockDriver | undefined {
  return drivers[module.replaceAll('-', '_')];
}

/** The driver that binds a function's device model: after `bind` to `virtio-pci` the one of the virtio device. */
export function driverFor(bound: string, source: RecordedFunction): StockDriver | undefined {
  const named = stockDriver(bound);
  if (named !== undefined) return named;
  return Object.values(drivers).find(({ models }) => source.model !== undefined && models.includes(source.model));
}
