/** VMs in a hover, and what their guests do with the functions assigned to them. */
import type { Analysis } from '../analysis/analysis.ts';
import { size } from '../base/intervals.ts';
import type { Declared } from '../model/declared.ts';
import { writeVersion } from '../model/versions.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { routesText, tableOfGuest, vectorsWithRoutes } from '../rules/routes.ts';
import { MODE_NAMES } from '../rules/words.ts';
import { type Assigned, assignedTo, type Guest, guestsOf } from '../timeline/guests/assigned.ts';
import { guestsThatFit } from '../timeline/guests/fit.ts';
import { flowOf, obstacleText } from '../timeline/guests/flow.ts';
import { storageRefusals } from '../timeline/guests/guest-storage.ts';
import {
  deafEntries,
  lostByVm,
  lostInterrupts,
  type PassedThrough,
  passedThrough,
  vmState,
} from '../timeline/guests/state.ts';
import { imsAllocated, imsEntries, pasidsOf } from '../timeline/ims.ts';
import { allocatedVectors } from '../timeline/request-irq.ts';
import { functionState, type MachineState } from '../timeline/state.ts';
import { rangesText } from './allocation-text.ts';
import type { Moment } from './hover-moment.ts';
import { paragraphs } from './hover-words.ts';

/** VMs that a hover lists before "and n more". */
const VMS_SHOWN = 16;

/** The VMs that a block declares, at a moment. */
export function vmText(
  { topology }: Analysis,
  decl: Declared,
  elements: readonly number[] | undefined,
  { result, words }: Moment,
): string | undefined {
  const { state } = result;
  const guests = guestsOf(topology).filter(
    ({ vm, element }) => vm.decl === decl && (elements === undefined || elements.includes(element)),
  );
  const [only] = guests;
  if (only === undefined) return undefined;
  if (guests.length === 1) {
    return paragraphs(
      `**${stateText(state, only)}** ${words}.`,
      only.functions
        .map((assigned) => `- ${nameIn(state, assigned.fn)}: ${shortText(state, only, assigned)}`)
        .join('\n'),
      routesLine(state, only),
      fitText(state, only),
    );
  }
  const lines = guests.slice(0, VMS_SHOWN).map((guest) => `- ${guest.name}: ${stateText(state, guest)}`);
  const more = guests.length - lines.length;
  return paragraphs(
    `${guests.length} VMs, ${words}:`,
    lines.join('\n'),
    more === 0 ? undefined : `… and ${more} more.`,
    fitText(state, guests.at(-1) ?? only),
  );
}

/** What a guest does with a function, and what the host has for it; undefined for one that stays with the host. */
export function guestText(state: MachineState, fn: FunctionIndex): string | undefined {
  const assigned = assignedTo(state.topology, fn);
  if (assigned === undefined) return storageText(state, fn);
  const own = passedThrough(state, fn);
  const guest = own === undefined ? assigned.guest : guestsOf(state.topology)[own.vm];
  if (guest === undefined) return undefined;
  if (own === undefined) return `Assigned to ${guest.name}, which ${isText(state, guest)}: vfio-pci asks for nothing.`;
  return paragraphs(
    `In use by ${guest.name}, which ${isText(state, guest)}.`,
    flowText(state, guest, assigned),
    numbersText(state, fn, own),
    lossText(state, fn, own),
    storageText(state, fn) ?? refusedText(state, guest, assigned),
  );
}

/** "running, 3 interrupts lost" */
function stateText(state: MachineState, guest: Guest): string {
  const { state: is, errno } = vmState(state, guest.number);
  const lost = lostByVm(state, guest.number);
  const ended = errno === 'none' ? '' : `, last step -${errno}`;
  return `${is}${lost === 0 ? '' : `, ${interrupts(lost)} lost`}${ended}`;
}

function isText(state: MachineState, guest: Guest): string {
  const { state: is } = vmState(state, guest.number);
  return is === 'running' ? 'runs' : is === 'killed' ? 'was killed' : 'is off';
}

/** Of one function of a VM: "MSI-X, 4 of 64 entries unmasked; the host has allocated 4 and requested 4" */
function shortText(state: MachineState, guest: Guest, { fn }: Assigned): string {
  const own = passedThrough(state, fn);
  if (own?.vm !== guest.number) return 'not in use';
  const { handlers } = functionState(state, fn);
  const lost = lostInterrupts(state, fn);
  return `${MODE_NAMES[own.mode]}, ${size(own.unmasked)} unmasked, ${size(handlers)} with a handler on the host, flow ${own.flow}${lost === 0 ? '' : `, **${interrupts(lost)} lost**`}`;
}

/** Which flow, and why that. */
function flowText(state: MachineState, { vm }: Guest, { assignment, fn }: Assigned): string {
  const { flow, obstacle, written } = flowOf(state, vm, assignment, fn);
  const asked = written && flow === assignment.flow;
  const why = asked
    ? 'as `flow` says'
    : obstacle === undefined
      ? `Linux ${writeVersion(state.topology.machine.os)} adds entries one by one on this controller, and ${vm.vmm === undefined ? 'the VMM' : `QEMU ${writeVersion(vm.vmm)}`} asks for them`
      : obstacleText(state, vm, obstacle);
  return `Flow \`${flow}\`, ${why}. ${WHAT_IT_DOES[flow]}`;
}

const WHAT_IT_DOES = {
  dynamic: 'An unmask allocates that entry alone; none is torn down.',
  grow: 'An unmask beyond the highest entry so far disables all and enables them again for one more.',
  'allocate-up-front': 'All entries were allocated when the guest enabled MSI-X; an unmask only requests.',
} as const;

function numbersText(state: MachineState, fn: FunctionIndex, own: PassedThrough): string {
  const { vectors, handlers } = functionState(state, fn);
  const allocated = allocatedVectors({ mode: 'msix', vectors });
  if (own.mode === 'none') return 'The guest has enabled nothing.';
  if (own.mode === 'intx') return 'The guest uses its interrupt line.';
  return `The guest has enabled ${MODE_NAMES[own.mode]} and unmasked ${entries(own.unmasked)}. The host has allocated ${entries(allocated)}, with a handler on ${entries(handlers)}.`;
}

function lossText(state: MachineState, fn: FunctionIndex, own: PassedThrough): string | undefined {
  const deaf = deafEntries(state, fn);
  const { liveTearDowns, gapLosses, tearDowns } = own;
  const silent =
    deaf.length === 0
      ? undefined
      : `**${entries(deaf)} will never fire**: the host has no handler, and the guest does not know.`;
  const gaps =
    gapLosses === 0
      ? undefined
      : `Of ${tearDowns} ${tearDowns === 1 ? 'tear-down' : 'tear-downs'} ${liveTearDowns} hit live handlers: ${interrupts(gapLosses)} may be lost.`;
  return silent === undefined && gaps === undefined ? undefined : paragraphs(silent, gaps);
}

/** Message storage in use, whoever uses it. */
function storageText(state: MachineState, fn: FunctionIndex): string | undefined {
  const allocated = imsAllocated(state, fn);
  if (allocated.length === 0) return undefined;
  const pasids: string[] = [];
  pasidsOf(state, fn)?.forEach((pasid, entry) => {
    if (pasids.length < VMS_SHOWN) pasids.push(`${entry} → ${pasid}`);
  });
  const bound = pasids.length === 0 ? '' : ` PASIDs: ${pasids.join(', ')}.`;
  return `Message storage: ${entries(allocated)} of ${imsEntries(state, fn)}.${bound}`;
}

function refusedText(state: MachineState, guest: Guest, { assignment, fn }: Assigned): string | undefined {
  if (assignment.ims === 0) return undefined;
  const [why] = storageRefusals(state, guest, fn);
  return why === undefined ? undefined : `No message storage: ${WHY_REFUSED[why]}.`;
}

const WHY_REFUSED = {
  'no-hypercall': 'the guest cannot ask for address and data pairs',
  storage: 'the function has none',
  'guest-kernel': 'the guest’s kernel has no IMS',
  'host-kernel': 'the host’s kernel has no IMS',
  controller: 'it needs x86 with interrupt remapping',
} as const;

/** The routes that its VMM needs of KVM. */
function routesLine(state: MachineState, guest: Guest): string | undefined {
  const table = tableOfGuest(state.topology.machine, guest);
  if (table === undefined || vectorsWithRoutes(table, state) === 0) return undefined;
  return `${routesText(table, state)}.`;
}

/** Of the last VM: how many more of its kind the host holds. */
function fitText(state: MachineState, guest: Guest): string | undefined {
  const { length } = guestsOf(state.topology);
  const isRefused = guest.functions.some(
    ({ assignment, fn }) => assignment.ims !== 0 && storageRefusals(state, guest, fn).length > 0,
  );
  if (guest.number !== length - 1 || isRefused) return undefined;
  const fit = guestsThatFit(state);
  return fit === undefined
    ? undefined
    : `The host has interrupts for ${fit === 0 ? 'no' : fit} more like ${guest.name}.`;
}

const entries = (set: Parameters<typeof rangesText>[0]): string => {
  const count = set.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return count === 0 ? 'no entry' : `${count === 1 ? 'entry' : 'entries'} ${rangesText(set)}`;
};

const interrupts = (count: number): string => `${count} ${count === 1 ? 'interrupt' : 'interrupts'}`;

const nameIn = ({ topology }: MachineState, fn: FunctionIndex): string => topology.functions[fn]?.name ?? '';
