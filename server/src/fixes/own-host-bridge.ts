import { insertBeside, textOf } from '../syntax/edits.ts';
import type { FixContext } from './context.ts';
import type { Fix } from './fix.ts';
import { takeOut } from './moved-text.ts';
import { blockOf, freshName, functionsOf, hostBridgeOf, namesIn } from './places.ts';

export const ownHostBridge: Fix = {
  id: 'own-host-bridge',
  rules: ['spapr-quota-clamp', 'spapr-phb-32-limit'],
  safety: 'review',
  doc: 'Moves a function, with the ports above it, to a host bridge of its own: the firmware tells each host bridge a total of MSIs that Linux divides among the functions of that one alone.',
  *propose(finding, context) {
    const [victim] = functionsOf(finding, context);
    const hostBridge = victim && hostBridgeOf(context, victim);
    const home = hostBridge && blockOf(context, hostBridge.decl);
    if (victim === undefined || hostBridge === undefined || home === undefined) return;
    const child = hostBridge.children.find(({ decl }) => decl === topmost(context, victim.index)?.decl);
    const block = child && blockOf(context, child.decl);
    if (child === undefined || block === undefined) return;
    const segments = context.machine.hostBridges.map(({ segment }) => segment);
    const segment = Math.max(...segments) + 1;
    const name = freshName(namesIn(context), `${(hostBridge.name ?? 'phb').replace(/[0-9]+$/, '')}${segment}`);
    const moved = textOf(context.tree, block)
      .split('\n')
      .map((line) => (line === '' ? line : `  ${line}`))
      .join('\n');
    const text = `\nhost-bridge ${name} {\n  segment = ${segment}\n${moved}\n}`;
    const cost = 'one more host bridge; it gets other addresses';
    yield {
      title: `Give ${child.name ?? child.kind} a host bridge of its own (${cost})`,
      edits: [...takeOut(context.tree, [block]), ...insertBeside(context.tree, home, text, 'after')],
    };
  },
};

/** The declaration on the root bus that a function is, or is below. */
function topmost({ topology }: FixContext, index: number) {
  let fn = topology.functions[index];
  while (fn?.parent !== undefined) fn = topology.functions[fn.parent];
  return fn?.node;
}
