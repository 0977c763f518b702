/** Whether something that is served at boot finds the same in two machines. */
import type { Result } from '../base/result.ts';
import { sameFields } from '../base/same.ts';
import type { Requester } from '../controllers/controller.ts';
import type { Controller, Machine, PciNode } from '../model/machine.ts';
import { msiAllowed } from '../pci/msi-map.ts';
import { aliasCapabilitySum } from '../pci/requester.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { isAssigned } from './guests/assigned.ts';
import { resolveRequester } from './requester.ts';
import type { MachineState } from './state.ts';

/** Where functions stand, under which numbers. */
export type ServedIn = Pick<MachineState, 'topology' | 'enumeration'>;

/** Whether two machines are the same at power on, before any function is looked at. */
export function startsAlike(a: Machine, b: Machine): boolean {
  return (
    a.rules === b.rules &&
    sameFields(a.os, b.os) &&
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

/**
 * Whether a function's driver does the same in two machines, from the same state on.
 * @param aliasBridge through which the function signalled in `a`
 */
export function servedAlike(
  a: ServedIn,
  b: ServedIn,
  fn: FunctionIndex,
  aliasBridge: FunctionIndex | undefined,
): boolean {
  const before = a.topology.functions[fn];
  const after = b.topology.functions[fn];
  if (before === undefined || after === undefined) return false;
  if (isAssigned(a.topology, fn) !== isAssigned(b.topology, fn)) return false;
  if (before !== after && !sameDriver(before.node, after.node)) return false;
  if (a.topology.shape === b.topology.shape && a.enumeration === b.enumeration) {
    return aliasBridge === undefined || aliasSumIn(a, aliasBridge) === aliasSumIn(b, aliasBridge);
  }
  const allowed = (machine: ServedIn) => msiAllowed(machine.topology, fn).allowed;
  return allowed(a) === allowed(b) && sameRequester(resolveRequester(a, fn), resolveRequester(b, fn));
}

const aliasSumIn = ({ topology, enumeration }: ServedIn, bridge: FunctionIndex): number =>
  aliasCapabilitySum(topology, enumeration, bridge);

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
