/** What Linux's NVMe driver asks for: drivers/nvme/host/pci.c, nvme_pci_enable and nvme_setup_irqs. */
import type { DriverPlan } from '../model/machine.ts';
import { free, ladder, request } from './calls.ts';
import type { PlanContext } from './device-type.ts';

/**
 * One vector to talk to the admin queue; it is given back, and then the admin queue's and one per I/O queue are asked
 * for, as many as there can be CPUs at most.
 *
 * @param ioQueues what the controller has
 */
export function nvmePlan({ capabilities, possibleCpus }: PlanContext, ioQueues: number): DriverPlan {
  const fallback = ['msi', 'intx'] as const;
  const most = 1 + Math.min(ioQueues, possibleCpus);
  return [
    ladder(capabilities, request('msix', 1, 1, { fallback })),
    free,
    ladder(capabilities, request('msix', 1, most, { fallback, affinity: 'managed', pre: 1 })),
  ];
}

export const nvmePlanText =
  '1, given back, then 1 to 1 + I/O queues (one per possible CPU at most), managed; MSI-X, else MSI, else INTx';
