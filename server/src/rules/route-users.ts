/** Who has most of the routes: related places of findings. */
import type { PciNode } from '../model/machine.ts';
import type { FunctionIndex, Topology } from '../pci/topology.ts';
import type { Related } from './rule.ts';
import { at } from './sharing.ts';
import { counted } from './words.ts';

/** Declarations shown with a finding. */
const USERS_SHOWN = 16;

/**
 * The declarations with most of the vectors, most first, with the product that people work out by hand: "vf: 16 × 257 = 4112
 * vectors".
 * @param vectors by function
 */
export function routeUserPlaces(topology: Topology, vectors: ReadonlyMap<FunctionIndex, number>): readonly Related[] {
  const byNode = new Map<PciNode, number[]>();
  for (const [fn, count] of vectors) {
    const { node } = at(topology, fn);
    const counts = byNode.get(node);
    if (counts) counts.push(count);
    else byNode.set(node, [count]);
  }
  return [...byNode]
    .map(([node, counts]) => ({ node, counts, sum: counts.reduce((all, count) => all + count, 0) }))
    .sort((a, b) => b.sum - a.sum)
    .slice(0, USERS_SHOWN)
    .map(({ node, counts, sum }) => ({
      at: { decl: node.decl, part: 'header' },
      message: `${node.name ?? node.type ?? node.kind}: ${productText(counts)}${counted(sum, 'vector')}`,
    }));
}

function productText(counts: readonly number[]): string {
  const [first] = counts;
  return counts.length > 1 && counts.every((count) => count === first) ? `${counts.length} × ${first} = ` : '';
}
