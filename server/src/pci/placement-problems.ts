/** What planning a bus and expanding arrays can find wrong. */
import { MAX_ELEMENTS } from '../model/arrays.ts';
import type { Machine, PciNode } from '../model/machine.ts';
import { addressText } from './bus.ts';
import type { Conflict, Occupant } from './bus-plan.ts';
import { MAX_FUNCTIONS_PER_SEGMENT } from './expansion.ts';
import type { PciPart, PciProblem } from './problem.ts';

/** `owner` is what the bus belongs to, `indexes` those of the instance around. */
export function conflictProblem(conflict: Conflict, owner: string, indexes: string): PciProblem {
  const { victim, devfn } = conflict;
  const node = victim.node;
  const name = occupantName(victim, indexes);
  const other = conflict.owner ? occupantName(conflict.owner, indexes) : 'the host bridge';
  const address = addressText(devfn);
  const part: PciPart = node.at === undefined ? 'header' : 'at';
  const related =
    conflict.owner && conflict.owner.node !== node
      ? [{ node: conflict.owner.node, part: partOf(conflict.owner), message: `${other} is at ${address}` }]
      : [];
  const base = { node, part, related, functions: [] };
  switch (conflict.is) {
    case 'taken':
      return {
        ...base,
        rule: 'address-conflict',
        message: `${name} and ${other} are both at ${address} below ${owner}`,
        facts: { name, other, address, device: devfn >> 3, function: devfn & 7, element: victim.element },
      };
    case 'second-device':
      return {
        ...base,
        rule: 'port-overcommitted',
        message: `${owner} accepts one device, ${name} is one more beside ${other}`,
        facts: { name, port: owner, other, element: victim.element },
      };
    case 'past-last-device':
      return {
        ...base,
        rule: 'value-out-of-range',
        message: `${name} would be at device ${hexDevice(devfn)}; devices of a bus end at 1f`,
        facts: { name, device: devfn >> 3, element: victim.element, count: node.count ?? 1 },
      };
    case 'bus-full':
      return {
        ...base,
        rule: 'address-conflict',
        message: `${name} finds no place below ${owner}: every device up to 1f is taken`,
        facts: { name, owner, element: victim.element, count: node.count ?? 1 },
      };
  }
}

/** Reported where the limit is crossed; `segment` is negative for top-level hot-plug endpoints. */
export function functionLimitProblem(machine: Machine, segment: number, first: PciNode): PciProblem {
  const declared =
    segment < 0
      ? countAll(machine.unplaced)
      : machine.hostBridges
          .filter((hostBridge) => hostBridge.segment === segment)
          .reduce((sum, hostBridge) => sum + countAll(hostBridge.children), 0);
  const what = segment < 0 ? 'Hotplug endpoints without a place' : `Functions in segment ${segment}`;
  return {
    rule: 'limit-exceeded',
    node: first,
    part: 'header',
    message: `${what}: ${declared} is over the limit of ${MAX_FUNCTIONS_PER_SEGMENT}; the rest is checked`,
    related: [],
    functions: [],
    facts: { declared, limit: MAX_FUNCTIONS_PER_SEGMENT, segment },
  };
}

/** Whether nested arrays in the segment are over the limit by themselves: that has been said of the innermost one already. */
export function isArrayOverLimit({ hostBridges, unplaced }: Machine, segment: number): boolean {
  const isOver = (nodes: readonly PciNode[], around: number): boolean =>
    nodes.some(({ count = 1, sriov, children }) => {
      const elements = around * count;
      return elements > MAX_ELEMENTS || isOver(sriov?.vfs ?? [], elements) || isOver(children, elements);
    });
  const roots =
    segment < 0 ? [unplaced] : hostBridges.filter((own) => own.segment === segment).map(({ children }) => children);
  return roots.some((nodes) => isOver(nodes, 1));
}

const countAll = (nodes: readonly PciNode[]): number =>
  nodes.reduce(
    (sum, node) => sum + (node.count ?? 1) * (1 + countAll(node.sriov?.vfs ?? []) + countAll(node.children)),
    0,
  );

function occupantName({ node, element }: Occupant, indexes: string): string {
  const own = node.count === undefined ? indexes : `${indexes}[${element}]`;
  return node.name === undefined ? `${node.type ?? node.kind}${own === '' ? '' : ` ${own}`}` : node.name + own;
}

const partOf = ({ node }: Occupant): PciPart => (node.at === undefined ? 'header' : 'at');

const hexDevice = (devfn: number): string => (devfn >> 3).toString(16).padStart(2, '0');
