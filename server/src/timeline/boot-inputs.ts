/** Whether something that is served at boot finds the same in two machines. */
import type { Result } from '../base/result.ts';
import type { Requester } from '../controllers/controller.ts';
import type { Controller, Machine, PciNode } from '../model/machine.ts';
import { msiAllowed } from '../pci/msi-map.ts';
import type { FunctionIndex, Topology } from '../pci/topology.ts';
import { linePin } from './io-apic.ts';
import { resolveRequester } from './requester.ts';
import type { MachineState } from './state.ts';

/** Where functions stand, under which numbers. */
export type ServedIn = Pick<MachineState, 'topology' | 'enumeration'>;

/** Whether two machines are the same at power on, before any function is looked at. */
export function startsAlike(a: Machine, b: Machine): boolean {
  return (
    a.rules === b.rules &&
    a.firmware === b.firmware &&
    a.cpus === b.cpus &&
    a.possibleCpus === b.possibleCpus &&
    a.pageSizeBytes === b.pageSizeBytes &&
    a.numaNodes === b.numaNodes &&
    sameFields(a.kernelOptions, b.kernelOptions) &&
    a.controllers.length === b.controllers.length &&
    a.controllers.every((controller, i) => controller === b.controllers[i] && !sharesByNeighbours(controller))
  );
}

/** On pseries each function's share follows from all functions below its host bridge: a change anywhere changes everything. */
function sharesByNeighbours({ type }: Controller): boolean {
  return type === 'spapr-xics' || type === 'spapr-xive' || type === 'spapr-dual';
}

/** What a bind or probe reads of a function besides its declaration. */
export interface Reach {
  readonly requester: Result<Requester>;
  /** Whether it can use messages at all. */
  readonly allowed: boolean;
  /** The IO-APIC pin of its interrupt line, on x86. */
  readonly pin: number | undefined;
}

/** The way a function's messages take. */
export const reachOf = (machine: ServedIn, fn: FunctionIndex): Reach => ({
  requester: resolveRequester(machine, fn),
  allowed: msiAllowed(machine.topology, fn).allowed,
  pin: linePin(machine.topology, fn),
});

/** Whether a function's driver does the same in two machines, from the same state on. */
export function servedAlike(a: Topology, b: Topology, fn: FunctionIndex, reachInA: Reach, reachInB: Reach): boolean {
  const before = a.functions[fn];
  const after = b.functions[fn];
  if (before === undefined || after === undefined || !sameDriver(before.node, after.node)) return false;
  return (
    reachInA.allowed === reachInB.allowed &&
    reachInA.pin === reachInB.pin &&
    sameRequester(reachInA.requester, reachInB.requester)
  );
}

/** What a driver reads of a declaration. That of a bridge is another object as soon as something below it has changed. */
function sameDriver(a: PciNode, b: PciNode): boolean {
  if (a === b) return true;
  return (
    a.kind === b.kind &&
    a.type === b.type &&
    a.driver === b.driver &&
    (a.plan === b.plan || (a.plan.length === 0 && b.plan.length === 0)) &&
    sameFields(a.capabilities, b.capabilities) &&
    sameFields(a.bridge, b.bridge)
  );
}

function sameRequester(before: Result<Requester>, after: Result<Requester>): boolean {
  if (!before.ok || !after.ok) return !before.ok && !after.ok && before.errno === after.errno;
  const [a, b] = [before.value, after.value];
  return (
    a.requesterId === b.requesterId &&
    a.aliasedRequesterId === b.aliasedRequesterId &&
    a.aliasBridge === b.aliasBridge &&
    a.controller === b.controller &&
    a.its === b.its &&
    a.deviceId === b.deviceId &&
    a.aliasCapabilitySum === b.aliasCapabilitySum &&
    a.segment === b.segment &&
    a.remappingUnit === b.remappingUnit &&
    a.numaNode === b.numaNode
  );
}

/** Whether two records have equal fields; records within them must be the same ones. */
function sameFields<T extends object>(a: T | undefined, b: T | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  const before = Object.entries(a);
  return before.length === Object.keys(b).length && before.every(([key, value]) => Reflect.get(b, key) === value);
}
