/** Calls that a driver makes while it still holds vectors of an earlier one. */
import type { PciNode, Request } from '../../model/machine.ts';
import { offers } from './request-exceeds-table.ts';

export interface SecondCall {
  readonly node: PciNode;
  /** The call that got the vectors that are held; its `mode` is the kind it got, be it by a fallback. */
  readonly held: Request;
  readonly asked: Request;
  /** INTx is allowed and one vector is enough: the call then returns 1 and changes nothing. */
  readonly hidden: boolean;
}

const NONE: readonly SecondCall[] = [];

/** Of one function's plan: in a block's own requests nothing is freed between two. */
export function secondCalls(node: PciNode): readonly SecondCall[] {
  if (node.plan.length < 2) return NONE;
  const found: SecondCall[] = [];
  let held: Request | undefined;
  for (const call of node.plan) {
    if (call.call === 'free') {
      held = undefined;
      continue;
    }
    const asked = call.ladder[0];
    if (asked === undefined || asked.mode === 'ims') continue;
    if (held !== undefined && (asked.mode === 'intx' || offers(node, asked) > 0))
      found.push({ node, held, asked, hidden: isHidden(node, asked) });
    const kind = kindHad(node, asked);
    if (kind !== undefined) held ??= { ...asked, mode: kind };
  }
  return found;
}

/** The first kind of messages that the call allows and the function has enough of. */
const kindHad = (node: PciNode, asked: Request): 'msix' | 'msi' | undefined =>
  [asked.mode, ...asked.fallback].find(
    (mode): mode is 'msix' | 'msi' =>
      (mode === 'msix' || mode === 'msi') && node.capabilities[mode] >= Math.max(asked.min, 1),
  );

const isHidden = (node: PciNode, { mode, fallback, min }: Request): boolean =>
  node.capabilities.intx && min === 1 && (mode === 'intx' || fallback.includes('intx'));

/** MSI-X as its users write it. */
export const modeName = ({ mode }: Request): string =>
  mode === 'msix' ? 'MSI-X' : mode === 'intx' ? 'INTx' : mode.toUpperCase();
