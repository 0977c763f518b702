/** A driver binding to a function: its calls, one after the other, then its handlers. */
import type { DriverCall, MsiMode, Request } from '../model/machine.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { type Allocation, allocateVectors, type VectorRequest } from './allocate.ts';
import { freeVectors, unbindDriver } from './free.ts';
import { isAssigned, VFIO_DRIVER } from './guests/assigned.ts';
import { imsAllocated, requestIms, requestImsIrqs } from './ims.ts';
import { enableLine } from './io-apic.ts';
import { noted, type StepLog } from './log.ts';
import { requestIrqs } from './request-irq.ts';
import type { Call } from './run.ts';
import { changeFunction, countVectors, functionState, isFound, type MachineState } from './state.ts';

/**
 * Probes a function that the kernel has found and that has no driver: runs its plan. A plan whose call fails for good fails the
 * probe: what was taken is given back and the function stays without a driver. A function that is assigned to a VM gets vfio-pci,
 * which asks for nothing until the VM runs.
 */
export function probe(state: MachineState, fn: FunctionIndex, log: StepLog): MachineState {
  const node = state.topology.functions[fn]?.node;
  if (node === undefined || !isFound(state, fn) || state.aborted !== undefined) return state;
  if (isAssigned(state.topology, fn)) return changeFunction(state, fn, { driver: VFIO_DRIVER, errno: 'none' });
  if (node.driver === 'none') return state;
  const bound = changeFunction(state, fn, { driver: node.type ?? 'driver', errno: 'none' });
  let current = noted(log, enableLine(bound, fn));
  let last: Request | undefined;
  let storage: Request | undefined;
  for (let number = 0; number < node.plan.length; number++) {
    const call = node.plan[number];
    if (call === undefined) continue;
    if (call.call === 'free') {
      current = noted(log, freeVectors(current, fn));
      last = undefined;
      continue;
    }
    const climbed = climb(current, fn, call.ladder, number, log);
    current = climbed.state;
    if (climbed.rung === undefined) return failProbe(current, fn, climbed.errno, log);
    if (climbed.rung.mode === 'ims' && imsAllocated(current, fn).length > 0) storage = climbed.rung;
    else last = climbed.rung;
  }
  if (last !== undefined) current = installHandlers(current, fn, last, log);
  return storage === undefined || functionState(current, fn).driver === undefined
    ? current
    : installStorageHandlers(current, fn, storage, log);
}

/** The first rung of the ladder that succeeds; undefined when none does, with the last errno. */
export function climb(
  state: MachineState,
  fn: FunctionIndex,
  ladder: Extract<DriverCall, { call: 'allocate' }>['ladder'],
  call: number,
  log: StepLog,
): { state: MachineState; rung: Request | undefined; errno: Call['errno'] } {
  let current = state;
  let errno: Call['errno'] = 'ENOSPC';
  for (let rung = 0; rung < ladder.length; rung++) {
    const request = ladder[rung];
    if (request === undefined) continue;
    const allocation = allocate(current, fn, request);
    log.calls.push(callOf(fn, 'driver', request, { call, rung }, allocation));
    current = noted(log, allocation);
    if (allocation.errno === undefined) return { state: current, rung: request, errno: undefined };
    errno = allocation.errno;
    if (errno === 'abort') break;
  }
  return { state: current, rung: undefined, errno };
}

/** The call of a request: for message storage, and where there is none for what else it allows. */
function allocate(state: MachineState, fn: FunctionIndex, request: Request): Allocation {
  if (request.mode !== 'ims') return allocateVectors(state, fn, vectorRequest(request));
  const storage = requestIms(state, fn, request.min, request.max);
  if (storage.errno === undefined || request.fallback.length === 0) return storage;
  return allocateVectors(storage.state, fn, vectorRequest(request));
}

function failProbe(state: MachineState, fn: FunctionIndex, errno: Call['errno'], log: StepLog): MachineState {
  const current = noted(log, unbindDriver(state, fn));
  return changeFunction(current, fn, { errno: errno ?? 'none' });
}

/** request_irq on as many of the granted vectors as the driver uses. */
function installHandlers(state: MachineState, fn: FunctionIndex, request: Request, log: StepLog): MachineState {
  const { mode, vectors } = functionState(state, fn);
  if (mode === 'intx') {
    const handled = requestIrqs(state, fn, 0, 0);
    const current = noted(log, handled);
    return handled.errno === undefined ? current : failProbe(current, fn, handled.errno, log);
  }
  let wanted = request.irqs ?? countVectors(vectors);
  let current = state;
  for (const run of vectors) {
    const count = Math.min(run.count, wanted);
    if (count <= 0) break;
    const handled = requestIrqs(current, fn, run.index, run.index + count - 1);
    current = noted(log, handled);
    if (handled.errno !== undefined) return failProbe(current, fn, handled.errno, log);
    wanted -= count;
  }
  return current;
}

/** request_irq on as many of the entries of its message storage as the driver uses. */
function installStorageHandlers(state: MachineState, fn: FunctionIndex, request: Request, log: StepLog): MachineState {
  let wanted = request.irqs ?? request.max;
  let current = state;
  for (const { first, last } of imsAllocated(state, fn)) {
    const end = Math.min(last, first + wanted - 1);
    if (end < first) break;
    const handled = requestImsIrqs(current, fn, first, end);
    current = noted(log, handled);
    if (handled.errno !== undefined) return failProbe(current, fn, handled.errno, log);
    wanted -= end - first + 1;
  }
  return current;
}

const requests = new WeakMap<Request, VectorRequest>();

/** A request of the language as arguments of the kernel's call; made once for all functions that share it. */
export function vectorRequest(request: Request): VectorRequest {
  const known = requests.get(request);
  if (known !== undefined) return known;
  const made = toVectorRequest(request);
  requests.set(request, made);
  return made;
}

function toVectorRequest(request: Request): VectorRequest {
  const { min, max, pre, post, sets } = request;
  const modes: VectorRequest['modes'] = [request.mode, ...request.fallback].flatMap((mode) =>
    mode === 'ims' ? [] : [mode],
  );
  const affinity = request.affinity === 'managed' ? { affinity: { pre, post, sets } } : {};
  const entries = request.entries === undefined ? {} : { entries: request.entries };
  return { modes, min, max, ...affinity, ...entries };
}

/** An allocation as an entry of a step's calls. */
export function callOf(
  fn: FunctionIndex,
  by: Call['by'],
  request: Request,
  place: { call: number; rung: number },
  allocation: Allocation,
): Call {
  const { granted, errno, vectors, whys, effects, requester } = allocation;
  const { call, rung } = place;
  const mode: MsiMode | 'none' = allocation.mode;
  return {
    fn,
    by,
    request,
    call,
    rung,
    granted,
    mode,
    errno,
    vectors,
    whys,
    shift: 0,
    effects,
    requester,
    wanted: false,
  };
}
