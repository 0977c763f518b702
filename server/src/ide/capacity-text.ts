/** How many more fit, as a text that people read: what "How many more fit?" and `irqtopo capacity` print. */
import type { CandidateCapacity, CapacityReport, PortCapacity, Relief } from '../analysis/capacity.ts';
import { hostBridgeName } from '../pci/bus.ts';
import type { GuestCapacity } from '../timeline/capacity/guests.ts';
import { RESOURCE_NAMES, type Stop } from '../timeline/capacity/stop.ts';
import { rangeText } from '../timeline/orders.ts';

/** Bridges named before "and n more". */
const NAMED = 4;

/** @param moment "after the boot" */
export function capacityText({ candidates, rootPorts, guests }: CapacityReport, moment = 'after the boot'): string {
  const more = guests === undefined ? [] : [guestLines(guests)];
  const parts = [...candidates.map(candidateLines), ...more, ...rootPorts.map(rootPortLines)];
  return [`How many more fit ${moment}`, ...parts.map((lines) => lines.join('\n'))].join('\n\n').concat('\n');
}

function candidateLines(candidate: CandidateCapacity): readonly string[] {
  const { node, declared, fit, work, stop, workStop, short, first, below, relief, orders } = candidate;
  const type = node.type === undefined ? '' : ` : ${node.type}`;
  const name = node.name ?? node.kind;
  const extra = work - fit;
  const wants = short?.call === undefined ? '' : `; it asks for ${short.wanted}`;
  return [
    `${name}${type}, ${below === undefined ? 'in any free slot' : `below ${namesText(below)}`}${first.length === 0 ? '' : ` once ${namesText(first)} ${first.length === 1 ? 'is' : 'are'} there`}`,
    `  fit         ${fit}, ${declaredText(declared, fit)}`,
    `  stopped by  ${stopText(stop)}${wants}`,
    ...(extra === 0
      ? []
      : [`  besides     ${extra} ${extra === 1 ? 'works' : 'work'} with fewer vectors, then: ${stopText(workStop)}`]),
    ...(orders === undefined
      ? []
      : [
          `  each gets   ${rangeText(orders)} vectors, depending on the order in which all that is declared there comes`,
        ]),
    ...reliefLines(relief),
  ];
}

function declaredText(declared: number, fit: number): string {
  if (declared === 0) return 'none is left of those declared';
  if (fit < declared) return `of ${declared} declared`;
  return fit === declared ? 'as many as are declared' : `${fit - declared} more than are declared`;
}

function rootPortLines(ports: PortCapacity): readonly string[] {
  const { hostBridge, expander, fit, present, inOwnSlots, stop, relief, busesUsed, busesThen, busesTotal } = ports;
  const bus = expander === undefined ? hostBridgeName(hostBridge) : (expander.name ?? 'the expander');
  const shared = fit > inOwnSlots ? `, ${inOwnSlots} of them alone in a slot, then eight in a slot` : '';
  return [
    `root ports of ${bus}`,
    `  fit         ${fit} more (${present + fit} in all)${shared}`,
    `  take        ${busesThen} of ${busesTotal} buses (${busesUsed} now): ${ports.ecamThenMiB} of ${ports.ecamMiB} MiB of ECAM`,
    `  stopped by  ${stopText(stop)}`,
    ...reliefLines(relief),
  ];
}

const guestLines = ({ name, fit, stop }: GuestCapacity): readonly string[] => [
  `guests like ${name}, each with functions of its own`,
  `  fit         ${fit} more`,
  `  stopped by  ${stopText(stop)}`,
];

const stopText = ({ resource, text }: Stop): string => `${RESOURCE_NAMES[resource]}: ${text}`;

function reliefLines(relief: Relief | undefined): readonly string[] {
  if (relief === undefined) return [];
  return [
    `  relief      ${relief.title}: then ${relief.fit} ${relief.fit === 1 ? 'fits' : 'fit'}, stopped by ${RESOURCE_NAMES[relief.stop]}`,
  ];
}

const namesText = (names: readonly string[]): string =>
  names.length <= NAMED + 1 ? names.join(', ') : `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`;
