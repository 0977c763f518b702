/** How many more fit into an analysed machine, what stops them, and the cheapest relief, proved. */

import { ECAM_BYTES_PER_BUS } from '../pci/bus.ts';
import { afterBoot } from '../rules/headroom.ts';
import { type Capacity, capacities } from '../timeline/capacity/capacity.ts';
import { type RootPortCapacity, rootPortCapacities } from '../timeline/capacity/root-ports.ts';
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
}

export interface CandidateCapacity extends Capacity {
  /** The cheapest edit that was proved to let more fit; undefined: none is known, or none was looked for. */
  readonly relief: Relief | undefined;
}

export interface PortCapacity extends RootPortCapacity {
  /** MiB of the ECAM window that all buses take then, and that there are. */
  readonly ecamThenMiB: number;
  readonly ecamMiB: number;
  readonly relief: Relief | undefined;
}

/** Candidates for which a relief is looked for: each costs several analyses. */
const RELIEVED = 16;

/** UTF-16 code units of a spec for which a relief is looked for at all. */
const RELIEVED_CHARACTERS = 256 * 1024;

/**
 * How many more of each fit.
 * @param state the moment asked about; undefined: after the boot
 */
export function machineCapacity(analysis: Analysis, sources: Sources, state?: MachineState): CapacityReport {
  const booted = afterBoot(analysis);
  const now = state ?? booted;
  const length = analysis.files.get(analysis.uri)?.text.length ?? 0;
  // Ports and declarations are about the machine as it is built: what helps is proved on its boot.
  let left = state === undefined && length <= RELIEVED_CHARACTERS ? RELIEVED : 0;
  let bare: Analysis | undefined;
  const machine = () => (bare ??= withoutAssertions(analysis, sources));
  const candidates = capacities(now).map((capacity): CandidateCapacity => {
    const relief = left-- > 0 ? reliefOf(machine(), sources, capacity) : undefined;
    return { ...capacity, relief };
  });
  const rootPorts = rootPortCapacities(booted).map((ports): PortCapacity => {
    const first = ports.hostBridge.busRange?.first ?? 0;
    const lastThen = ports.firstBus + ports.busesThen - 1;
    return {
      ...ports,
      ecamThenMiB: lastThen - first + 1,
      ecamMiB: Math.floor(ports.hostBridge.ecamBytes / ECAM_BYTES_PER_BUS),
      relief:
        left-- > 0
          ? rootPortRelief(machine(), sources, ports, analysis.machine.hostBridges.indexOf(ports.hostBridge))
          : undefined,
    };
  });
  return { candidates, rootPorts };
}
