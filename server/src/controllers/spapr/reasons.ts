/** Why a pseries block has its size and its place, one sentence per link. */
import type { MessageMode, Reason } from '../controller.ts';
import type { MsiBlock, SourceSpace } from './source-space.ts';

const linux = 'arch/powerpc/platforms/pseries/msi.c';

/** The device tree says the function asks for fewer. */
export function requestReason(mode: MessageMode, wanted: number, offered: number): Reason {
  const property = mode === 'msix' ? 'ibm,req#msi-x' : 'ibm,req#msi';
  return { text: `${property} is ${offered}, less than ${wanted}`, source: `check_req, ${linux}` };
}

/** The host bridge's total, divided. */
export function quotaReason(total: number, devices: number, wanted: number, allowed: number): Reason {
  return {
    text: `of ${total} MSIs for ${devices} functions its quota is ${allowed}, less than ${wanted}`,
    source: `msi_quota_for_device, ${linux}`,
  };
}

/** MSI-X is asked for in powers of two. */
export function roundingReason(wanted: number, rounded: number): Reason {
  return {
    text: `${wanted} is rounded up to ${rounded}, as the quota allows it`,
    source: `rtas_prepare_msi_irqs, ${linux}`,
  };
}

/** Where the block is. */
export function blockReason(space: SourceSpace, mode: MessageMode, { first, count }: MsiBlock): Reason {
  return {
    text: `${count === 1 ? 'source' : 'sources'} ${runText(first, count)}: the lowest free${placeText(space, mode, count)}`,
    source:
      space.numbering === 'per-type' ? 'spapr_irq_msi_alloc, hw/ppc/spapr_irq.c' : 'spapr_irq_find, hw/ppc/spapr_irq.c',
  };
}

/** A negative status goes to the driver as it is. */
export function firmwareRefusal(asked: number, status: number): string {
  return `the firmware refuses ${asked} with status ${status}, which Linux hands on`;
}

function placeText(space: SourceSpace, mode: MessageMode, count: number): string {
  if (space.numbering === 'per-type' && mode === 'msix') return ' that begin on an even number';
  if (space.numbering === 'one-pool' && mode === 'msi' && count > 1) return ` that begin on a multiple of ${count}`;
  return '';
}

function runText(first: number, count: number): string {
  const hex = (n: number) => `0x${n.toString(16)}`;
  return count === 1 ? hex(first) : `${hex(first)}..${hex(first + count - 1)}`;
}
