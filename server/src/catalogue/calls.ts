/** The calls drivers make, put together from few words. */
import type { Capabilities, DriverCall, DriverPlan, MsiMode, Request } from '../model/machine.ts';

/** One pci_alloc_irq_vectors call: `mode` first, then what `fallback` allows, in the order MSI, INTx. */
export function request(
  mode: MsiMode,
  min: number,
  max: number,
  more: Partial<Pick<Request, 'fallback' | 'affinity' | 'pre' | 'sets'>> = {},
): Request {
  return {
    decl: undefined,
    mode,
    min,
    max,
    fallback: [],
    affinity: 'spread',
    pre: 0,
    post: 0,
    sets: 1,
    entries: undefined,
    irqs: undefined,
    ...more,
  };
}

export const msi = request('msi', 1, 1);
export const intx = request('intx', 1, 1);

export const free: DriverCall = { call: 'free' };

/**
 * Calls of which the first success counts. Those that Linux refuses before the interrupt controller hears of them, for the
 * capability is too small, are left out, but for the last when no message is left: that the driver ends on its pin because
 * of the table's size is worth telling.
 */
export function ladder(capabilities: Capabilities, ...rungs: readonly Request[]): DriverCall {
  const met = rungs.filter((rung) => canMeet(rung, capabilities));
  if (met.some(asksForMessages)) return { call: 'allocate', ladder: met };
  const tooLarge = rungs.findLast((rung) => asksForMessages(rung) && offers(rung.mode, capabilities) > 0);
  return { call: 'allocate', ladder: tooLarge === undefined ? met : [tooLarge, ...met] };
}

/** A plan of one ladder; empty when no rung is left. */
export function plan(capabilities: Capabilities, ...rungs: readonly Request[]): DriverPlan {
  const call = ladder(capabilities, ...rungs);
  return call.call === 'allocate' && call.ladder.length > 0 ? [call] : [];
}

/**
 * What a function of unknown type is taken to ask for: 1 to as many as it has, of MSI-X, else MSI, else INTx. Nothing
 * when it has none of them.
 */
export function defaultPlan(capabilities: Capabilities): DriverPlan {
  const fallback: ('msi' | 'intx')[] = [];
  if (capabilities.msix > 0 && capabilities.msi > 0) fallback.push('msi');
  if ((capabilities.msix > 0 || capabilities.msi > 0) && capabilities.intx) fallback.push('intx');
  if (capabilities.msix > 0) return plan(capabilities, request('msix', 1, capabilities.msix, { fallback }));
  if (capabilities.msi > 0) return plan(capabilities, request('msi', 1, capabilities.msi, { fallback }));
  return plan(capabilities, intx);
}

const asksForMessages = ({ mode }: Request): boolean => mode === 'msix' || mode === 'msi';

function canMeet(rung: Request, capabilities: Capabilities): boolean {
  return (
    offers(rung.mode, capabilities) >= rung.min || rung.fallback.some((mode) => offers(mode, capabilities) >= rung.min)
  );
}

function offers(mode: MsiMode, { msix, msi, intx, ims }: Capabilities): number {
  switch (mode) {
    case 'msix':
      return msix;
    case 'msi':
      return msi;
    case 'intx':
      return intx ? 1 : 0;
    case 'ims':
      return ims === 'unlimited' ? Number.POSITIVE_INFINITY : ims;
  }
}
