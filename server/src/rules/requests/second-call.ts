/** Calls that a driver makes while it still holds vectors of an earlier one. */
import type { PciNode, Request } from '../../model/machine.ts';

export interface SecondCall {
  readonly node: PciNode;
  readonly held: Request;
  readonly asked: Request;
  /** INTx is allowed and one vector is enough: the call then returns 1 and changes nothing. */
  readonly hidden: boolean;
}

/** Of one function's plan: in a block's own requests nothing is freed between two. */
export function secondCalls(node: PciNode): readonly SecondCall[] {
  if (node.plan.length < 2) return [];
  const found: SecondCall[] = [];
  let held: Request | undefined;
  for (const call of node.plan) {
    if (call.call === 'free') {
      held = undefined;
      continue;
    }
    const asked = call.ladder[0];
    if (asked === undefined || asked.mode === 'ims') continue;
    if (held !== undefined) found.push({ node, held, asked, hidden: isHidden(node, asked) });
    if (asked.mode !== 'intx') held ??= asked;
  }
  return found;
}

const isHidden = (node: PciNode, { mode, fallback, min }: Request): boolean =>
  node.capabilities.intx && min === 1 && (mode === 'intx' || fallback.includes('intx'));

/** MSI-X as its users write it. */
export const modeName = ({ mode }: Request): string =>
  mode === 'msix' ? 'MSI-X' : mode === 'intx' ? 'INTx' : mode.toUpperCase();
