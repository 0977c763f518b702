/** Whether something that is served at boot finds the same in two machines. */
import type { Machine, PciNode } from '../model/machine.ts';
import { msiAllowed } from '../pci/msi-map.ts';
import type { FunctionIndex, Topology } from '../pci/topology.ts';
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
    sameFields(a.kernelOptions, b.kernelOptions) &&
    a.controllers.length === b.controllers.length &&
    a.controllers.every((controller, i) => controller === b.controllers[i])
  );
}

/** Whether the function's driver does the same in both, from the same state on: everything a bind or probe reads. */
export function servedAlike(a: ServedIn, b: ServedIn, fn: FunctionIndex): boolean {
  const [before, after] = [a.topology.functions[fn], b.topology.functions[fn]];
  if (before === undefined || after === undefined || !sameDriver(before.node, after.node)) return false;
  return isAllowed(a.topology, fn) === isAllowed(b.topology, fn) && sameRequester(a, b, fn);
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

const isAllowed = (topology: Topology, fn: FunctionIndex): boolean => msiAllowed(topology, fn).allowed;

function sameRequester(a: ServedIn, b: ServedIn, fn: FunctionIndex): boolean {
  const [before, after] = [resolveRequester(a, fn), resolveRequester(b, fn)];
  if (before.ok && after.ok) return sameFields(before.value, after.value);
  return !before.ok && !after.ok && before.errno === after.errno;
}

/** Whether two records have equal fields; records within them must be the same ones. */
function sameFields<T extends object>(a: T | undefined, b: T | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  const before = Object.entries(a);
  return before.length === Object.keys(b).length && before.every(([key, value]) => Reflect.get(b, key) === value);
}
