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
 * Calls of which the first success counts. Those the function has no capability for, or too small a one, are left out:
 * Linux refuses them before the interrupt controller hears of them.
 */
export function ladder(capabilities: Capabilities, ...rungs: readonly Request[]): DriverCall {
  return { call: 'allocate', ladder: rungs.filter((rung) => canMeet(rung, capabilities)) };
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
