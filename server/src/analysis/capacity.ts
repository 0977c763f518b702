/** How many more fit into an analysed machine, what stops them, and the cheapest relief, proved. */

import { ECAM_BYTES_PER_BUS } from '../pci/bus.ts';
import { afterBoot } from '../rules/headroom.ts';
import { candidatesOf } from '../timeline/capacity/candidates.ts';
import { type Capacity, capacityOf } from '../timeline/capacity/capacity.ts';
import { type GuestCapacity, guestCapacity } from '../timeline/capacity/guests.ts';
import { plugOrders } from '../timeline/capacity/plug-orders.ts';
import { type RootPortCapacity, rootPortCapacities } from '../timeline/capacity/root-ports.ts';
import type { OrderRange } from '../timeline/orders.ts';
import type { MachineState } from '../timeline/state.ts';
import type { Analysis, Sources } from './analysis.ts';
import { withoutAssertions } from './bare.ts';
import { type Relief, reliefOf, rootPortRelief } from './relief.ts';

export type { Relief } from './relief.ts';

export interface CapacityReport {
  /** Each declared `hotplug` block, those in a place first. */
  readonly candidates: readonly CandidateCapacity[];
  /** Each root bus that takes ports. */
  readonly rootPorts: readonly PortCapacity[];
  /** More guests like the last VM; undefined without one. */
  readonly guests: GuestCapacity | undefined;
}

export interface CandidateCapacity extends Capacity {
  /** The cheapest edit that was proved to let more fit; undefined: none is known, or none was looked for. */
  readonly relief: Relief | undefined;
  /** Vectors each gets when all that is declared below its bridge comes, in whatever order; undefined: in any order the same. */
  readonly orders: OrderRange | undefined;
}

export interface PortCapacity extends RootPortCapacity {
  /** MiB of the ECAM window that all buses take then, and that there are. */
  readonly ecamThenMiB: number;
  readonly ecamMiB: number;
  readonly relief: Relief | undefined;
}

/** Candidates for which a relief is looked for: each costs several analyses. */
const RELIEVED = 8;

/** UTF-16 code units of a spec for which a relief is looked for at all. */
const RELIEVED_CHARACTERS = 128 * 1024;

/**
 * How many more of each fit. Each `next` asks about one of them: whoever drives it may stop between two.
 * @param state the moment asked about; undefined: after the boot, and then it is told what would help
 */
export function* capacitySlices(
  analysis: Analysis,
  sources: Sources,
  state?: MachineState,
): Generator<void, CapacityReport> {
  const booted = afterBoot(analysis);
  const length = analysis.files.get(analysis.uri)?.text.length ?? 0;
  let left = state === undefined && length <= RELIEVED_CHARACTERS ? RELIEVED : 0;
  let bare: Analysis | undefined;
  const machine = () => {
    bare ??= withoutAssertions(analysis, sources);
    return bare;
  };
  const orders = plugOrders(state ?? booted);
  const candidates: CandidateCapacity[] = [];
  for (const candidate of candidatesOf(state ?? booted)) {
    yield;
    const capacity = capacityOf(candidate);
    const relief = left-- > 0 ? reliefOf(machine(), sources, capacity) : undefined;
    candidates.push({ ...capacity, relief, orders: orders.get(capacity.node) });
  }
  const rootPorts: PortCapacity[] = [];
  for (const ports of rootPortCapacities(booted)) {
    yield;
    const first = ports.hostBridge.busRange?.first ?? 0;
    const lastThen = ports.firstBus + ports.busesThen - 1;
    const position = analysis.machine.hostBridges.indexOf(ports.hostBridge);
    rootPorts.push({
      ...ports,
      ecamThenMiB: lastThen - first + 1,
      ecamMiB: Math.floor(ports.hostBridge.ecamBytes / ECAM_BYTES_PER_BUS),
      relief: left-- > 0 ? rootPortRelief(machine(), sources, ports, position) : undefined,
    });
  }
  return { candidates, rootPorts, guests: guestCapacity(state ?? booted) };
}

/** {@link capacitySlices} without giving way. */
export function machineCapacity(analysis: Analysis, sources: Sources, state?: MachineState): CapacityReport {
  const slices = capacitySlices(analysis, sources, state);
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
  }
}
