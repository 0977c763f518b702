/** What the firmware of a pseries machine was asked and answered in the calls of an outcome. */
import { size } from '../base/intervals.ts';
import type { Effect } from '../controllers/effect.ts';
import { totalMsis } from '../controllers/spapr/source-space.ts';
import type { SpaprState } from '../controllers/spapr/state.ts';
import type { Machine, PciNode, Request } from '../model/machine.ts';
import type { MachineState } from '../timeline/state.ts';
import { eachNode } from './nodes.ts';
import type { Outcome } from './outcomes.ts';

/** One ibm,change-msi call. */
export type FirmwareCall = Extract<Effect, { does: 'change-msi' }>;

/** Those of all rungs, in order, without releases. */
export function firmwareCalls({ calls }: Outcome): FirmwareCall[] {
  const made: FirmwareCall[] = [];
  for (const { effects } of calls) {
    for (const effect of effects) if (effect.does === 'change-msi' && effect.asked > 0) made.push(effect);
  }
  return made;
}

/** The firmware's state in a state of the machine; undefined when the outcome's function asked another controller. */
export function firmwareIn(state: MachineState, { first }: Outcome): SpaprState | undefined {
  const found = state.controllers[first.requester?.controller ?? -1];
  return found?.type === 'spapr' ? found : undefined;
}

/** How many sources were free when a call was refused, and the longest run of them. */
export function freeAt({ free = [] }: FirmwareCall): { readonly free: number; readonly longest: number } {
  return { free: size(free), longest: free.reduce((most, { first, last }) => Math.max(most, last - first + 1), 0) };
}

/** "3328 MSIs (0x1300..0x1fff)". */
export function spaceText({ space }: SpaprState): string {
  const hex = (n: number) => `0x${n.toString(16)}`;
  return `${totalMsis(space)} (${hex(space.firstMsi)}..${hex(space.lastSource)})`;
}

/** "pseries-3.0", as far as it is known. */
export function machineTypeText({ machineType }: Machine): string {
  if (machineType?.family !== 'pseries') return 'the machine type';
  return `pseries-${machineType.version.major}.${machineType.version.minor}`;
}

/** The first calls of drivers of functions whose messages go to a pseries firmware. */
export function* pseriesRequests(machine: Machine): Iterable<{ readonly node: PciNode; readonly request: Request }> {
  if (!machine.controllers.some(({ type }) => type.startsWith('spapr-'))) return;
  for (const { node, hostBridge } of eachNode(machine)) {
    if (hostBridge?.msi.by !== 'parent' || !hostBridge.msi.controller.type.startsWith('spapr-')) continue;
    for (const call of node.plan) {
      const request = call.call === 'allocate' ? call.ladder[0] : undefined;
      if (request !== undefined) yield { node, request };
    }
  }
}
