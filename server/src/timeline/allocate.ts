/**
 * pci_alloc_irq_vectors_affinity and what it calls (drivers/pci/msi/api.c, msi.c; kernel/irq/msi.c): the order of checks and
 * types, the errnos, and the second try with fewer vectors, for 6.1, 6.12 and 7.2.
 */
import { roundUpToPowerOfTwo } from '../base/powers.ts';
import type { Failure } from '../base/result.ts';
import {
  type Demand,
  type MessageMode,
  noEffects,
  type Outcome,
  type Requester,
  type VectorRun,
  type Why,
} from '../controllers/controller.ts';
import { bothEffects, type Effect } from '../controllers/effect.ts';
import { msiAllowed } from '../pci/msi-map.ts';
import type { FunctionIndex } from '../pci/topology.ts';
import { type Affinity, affinityVectors, spreadMasks } from './affinity.ts';
import { applyController, controllerSupports } from './apply.ts';
import { dropDomain } from './free.ts';
import { isUnremapped, neighboursOf, resolveRequester } from './requester.ts';
import { countVectors, functionState, irqNumberLimit, type MachineState, setFunction } from './state.ts';

/** The arguments of one pci_alloc_irq_vectors_affinity call. */
export interface VectorRequest {
  /** What the call allows; tried in the order MSI-X, MSI, INTx whatever the order here. */
  readonly modes: readonly (MessageMode | 'intx')[];
  readonly min: number;
  readonly max: number;
  /** With PCI_IRQ_AFFINITY: the vectors are managed. */
  readonly affinity?: Affinity;
  /** pci_enable_msix_exact: these table entries, in this order. */
  readonly entries?: readonly number[];
}

/** What a call did. */
export interface Allocation {
  readonly state: MachineState;
  /** Vectors granted, 1 for INTx; 0 with an errno. */
  readonly granted: number;
  /** What the vectors are: what was enabled, or, when the call returned 1 and changed nothing, was enabled before. */
  readonly mode: MessageMode | 'intx' | 'ims' | 'none';
  readonly errno: Failure | undefined;
  readonly vectors: readonly VectorRun[];
  readonly effects: readonly Effect[];
  readonly requester: Requester | undefined;
  /** What led to the numbers, part by part: ./reasons.ts puts it together. */
  readonly whys: readonly Why[];
}

/** A call while it runs: the machine's state moves on; effects and reasons gather. */
interface Attempt {
  state: MachineState;
  readonly fn: FunctionIndex;
  readonly request: VectorRequest;
  requester: Requester | undefined;
  effects: readonly Effect[];
  whys: readonly Why[];
}

/** A positive number of vectors, or why not. */
type Tried = readonly VectorRun[] | Failure;

/**
 * Tries MSI-X, MSI and INTx, as far as allowed. A later type's error replaces an earlier one's. INTx needs `min` 1, and then
 * also "works" while messages are enabled: the call returns 1 and changes nothing.
 */
export function allocateVectors(state: MachineState, fn: FunctionIndex, request: VectorRequest): Allocation {
  const attempt: Attempt = { state, fn, request, requester: undefined, effects: noEffects, whys: noWhys };
  let errno: Failure = 'ENOSPC';
  for (const mode of messageModes) {
    if (!request.modes.includes(mode)) continue;
    const tried = mode === 'msix' ? enableMsixRange(attempt) : enableMsiRange(attempt);
    if (typeof tried !== 'string') return enabled(attempt, mode, tried);
    addWhy(attempt, failureReason(mode, tried));
    errno = tried;
    if (tried === 'abort') return result(attempt, 0, 'none', errno, []);
  }
  const capabilities = state.topology.functions[fn]?.node.capabilities;
  if (request.modes.includes('intx') && request.min === 1 && capabilities?.intx) return lineInterrupt(attempt);
  return result(attempt, 0, 'none', errno, []);
}

const messageModes = ['msix', 'msi'] as const;

function enabled(attempt: Attempt, mode: MessageMode, vectors: readonly VectorRun[]): Allocation {
  const granted = countVectors(vectors);
  const irqNumbersUsed = attempt.state.irqNumbersUsed + granted;
  const { requester } = attempt;
  const own = { ...functionState(attempt.state, attempt.fn), mode, vectors, requester };
  attempt.state = setFunction({ ...attempt.state, irqNumbersUsed }, attempt.fn, own);
  return result(attempt, granted, mode, undefined, vectors);
}

function lineInterrupt(attempt: Attempt): Allocation {
  const own = functionState(attempt.state, attempt.fn);
  const { mode, vectors } = own;
  if (mode === 'msi' || mode === 'msix') {
    addWhy(attempt, () => [{ text: `the call returns 1 for INTx and changes nothing: ${mode} vectors are enabled` }]);
    return result(attempt, 1, mode, undefined, vectors);
  }
  attempt.state = setFunction(attempt.state, attempt.fn, { ...own, mode: 'intx' });
  return result(attempt, 1, 'intx', undefined, []);
}

function result(
  { state, effects, requester, whys }: Attempt,
  granted: number,
  mode: Allocation['mode'],
  errno: Failure | undefined,
  vectors: readonly VectorRun[],
): Allocation {
  return { state, granted, mode, errno, vectors, effects, requester, whys };
}

/** __pci_enable_msix_range. The checks' order decides which errno a call with several faults gets. */
function enableMsixRange(attempt: Attempt): Tried {
  const { fn, state, request } = attempt;
  const { min, max, entries } = request;
  const own = functionState(state, fn);
  const { rules } = state.topology.machine;
  const table = state.topology.functions[fn]?.node.capabilities.msix ?? 0;
  if (max < min) return 'ERANGE';
  if (own.mode === 'msi' || own.mode === 'msix') return 'EINVAL';
  if (lacksDomain(attempt)) return 'ENOTSUPP';
  if (rules === '6.1' && affinityShort(attempt, min, max)) return 'ENOSPC';
  if (!msiSupported(attempt, max) || table === 0) return 'EINVAL';
  if (entries !== undefined) {
    if (new Set(entries).size < entries.length) return 'EINVAL';
    if (rules === '6.1' && entries.some((entry) => entry >= table)) return 'EINVAL';
    if (rules !== '6.1' && entries.some((entry, i) => entry !== i) && needsContiguous(attempt)) return 'EINVAL';
  }
  if (table < min) return 'ENOSPC';
  return enableRange(attempt, 'msix', table, Math.min(max, table));
}

/** __pci_enable_msi_range. */
function enableMsiRange(attempt: Attempt): Tried {
  const { fn, state, request } = attempt;
  const { min, max } = request;
  const own = functionState(state, fn);
  const messages = state.topology.functions[fn]?.node.capabilities.msi ?? 0;
  if (!msiSupported(attempt, min) || own.mode === 'msix') return 'EINVAL';
  if (max < min) return 'ERANGE';
  if (own.mode === 'msi') return 'EINVAL';
  if (lacksDomain(attempt)) return 'ENOTSUPP';
  if (messages === 0) return 'EINVAL';
  if (messages < min) return 'ENOSPC';
  return enableRange(attempt, 'msi', messages, Math.min(max, messages));
}

/** The domain, then attempts with ever fewer vectors until one succeeds or fewer than `min` are left. */
function enableRange(attempt: Attempt, mode: MessageMode, capability: number, most: number): Tried {
  const { request } = attempt;
  const { rules, possibleCpus } = attempt.state.topology.machine;
  const resolved = resolveRequester(attempt.state, attempt.fn);
  if (!resolved.ok) return resolved.errno;
  const requester = resolved.value;
  attempt.requester = requester;
  if (rules !== '6.1') {
    const failure = enterDomain(attempt, requester, mode, capability);
    if (failure !== undefined) return failure;
  }
  // From 6.2 on an entry past the table is refused where its descriptor is made, in the new domain (msi_domain_insert_msi_desc).
  if (request.entries?.some((entry) => entry >= capability)) return 'ERANGE';
  let vectors = most;
  for (;;) {
    if (request.affinity !== undefined) {
      vectors = affinityVectors(request.affinity, possibleCpus, request.min, vectors);
      if (vectors < request.min || vectors === 0) return 'ENOSPC';
    }
    const demand = demandOf(attempt, requester, mode, capability, vectors);
    const tried = setUpVectors(attempt, demand);
    if (typeof tried !== 'number') return tried;
    if (tried < request.min || tried === 0) return 'ENOSPC';
    vectors = tried;
  }
}

/**
 * The per-device MSI domain (pci_setup_msi_device_domain, pci_setup_msix_device_domain; 6.12, 7.2): the one of the other
 * type goes. In 7.2 the controller makes room for all of the capability now, and once; ENODEV when it cannot.
 */
function enterDomain(
  attempt: Attempt,
  requester: Requester,
  mode: MessageMode,
  capability: number,
): Failure | undefined {
  const { domain } = functionState(attempt.state, attempt.fn);
  if (domain === mode) return undefined;
  if (domain !== undefined) {
    const dropped = dropDomain(attempt.state, attempt.fn);
    attempt.state = dropped.state;
    attempt.effects = bothEffects(attempt.effects, dropped.effects);
  }
  if (attempt.state.topology.machine.rules === '7.2') {
    const demand = demandOf(attempt, requester, mode, capability, capability);
    const offered = prepare(attempt, demand);
    if (typeof offered !== 'number') return offered === 'abort' ? offered : 'ENODEV';
  }
  const own = { ...functionState(attempt.state, attempt.fn), domain: mode, requester };
  attempt.state = setFunction(attempt.state, attempt.fn, own);
  return undefined;
}

/**
 * One attempt (msi_capability_init, msix_capability_init, __msi_domain_alloc_irqs): the vectors, or how many to try next, or
 * the errno. What was allocated before a vector was refused is freed again. MSI that finds no block goes straight to one.
 */
function setUpVectors(attempt: Attempt, demand: Demand): readonly VectorRun[] | number | Failure {
  const { rules } = attempt.state.topology.machine;
  const { controller } = demand.requester;
  const isBlock = demand.mode === 'msi' && demand.vectors > 1;
  if (isBlock && !controllerSupports(attempt.state, controller).multiMsi) return 1;
  if (rules !== '7.2') {
    const offered = prepare(attempt, demand);
    if (typeof offered !== 'number' || offered < demand.vectors) return offered;
  }
  const limit = irqNumberLimit(attempt.state.topology.machine) - attempt.state.irqNumbersUsed;
  const outcome = applyController(attempt.state, controller, (implementation, own) =>
    implementation.allocate(own, demand, limit),
  );
  gather(attempt, outcome);
  if (!outcome.result.ok) return outcome.result.errno;
  const runs = outcome.result.value;
  const allocated = countVectors(runs);
  if (allocated === demand.vectors) return runs;
  addWhy(attempt, limit < demand.vectors ? irqNumbersReason(limit) : shortReason(demand.vectors, allocated, isBlock));
  if (allocated > 0) {
    const freed = applyController(attempt.state, controller, (implementation, own) =>
      implementation.free(own, demand.requester, runs),
    );
    gather(attempt, freed);
  }
  return isBlock ? 1 : allocated > 0 ? allocated : 'ENOSPC';
}

/** For how many vectors the controller made room, or offers to; or why for none. */
function prepare(attempt: Attempt, demand: Demand): number | Failure {
  const outcome = applyController(attempt.state, demand.requester.controller, (implementation, own) =>
    implementation.prepare(own, demand),
  );
  gather(attempt, outcome);
  if (outcome.result.ok) return outcome.result.value;
  const { reason } = outcome.result;
  addWhy(attempt, () => [{ text: reason }]);
  return outcome.result.errno;
}

function gather(attempt: Attempt, outcome: Outcome<MachineState, unknown>): void {
  attempt.state = outcome.state;
  attempt.effects = bothEffects(attempt.effects, outcome.effects);
  if (outcome.why !== undefined) addWhy(attempt, outcome.why);
}

const noWhys: readonly Why[] = [];

function addWhy(attempt: Attempt, why: Why): void {
  attempt.whys = attempt.whys.length === 0 ? [why] : attempt.whys.concat(why);
}

function demandOf(
  attempt: Attempt,
  requester: Requester,
  mode: MessageMode,
  capability: number,
  vectors: number,
): Demand {
  const { machine, functions } = attempt.state.topology;
  const { affinity, entries } = attempt.request;
  const maskable = mode === 'msix' || (functions[attempt.fn]?.node.capabilities.msiMaskable ?? false);
  const spread = affinity === undefined ? 0 : vectors - affinity.pre - affinity.post;
  const managed =
    affinity === undefined || spread <= 0
      ? undefined
      : { first: affinity.pre, last: affinity.pre + spread - 1, masks: spreadMasks(spread, machine.possibleCpus) };
  const { state, fn } = attempt;
  return {
    requester,
    mode,
    vectors,
    capability,
    entries,
    managed,
    maskable,
    neighbours: () => neighboursOf(state, fn),
  };
}

/** pci_msix_validate_entries (from 6.2 on): whether the controller's domains take no entries but 0, 1, 2 … */
function needsContiguous(attempt: Attempt): boolean {
  const requester = resolveRequester(attempt.state, attempt.fn);
  return requester.ok && controllerSupports(attempt.state, requester.value.controller).contiguousMsix === true;
}

/** pci_msi_supported: not with `pci=nomsi`, below a bus without MSI, or for no vectors at all. */
function msiSupported(attempt: Attempt, vectors: number): boolean {
  const { topology } = attempt.state;
  return topology.machine.kernelOptions.msi && vectors >= 1 && msiAllowed(topology, attempt.fn).allowed;
}

/** pci_msi_domain_supports (from 6.2 on): the function has an MSI domain. 6.1 finds out when it allocates. */
function lacksDomain({ state, fn }: Attempt): boolean {
  const { topology } = state;
  return topology.machine.rules !== '6.1' && isUnremapped(topology, fn);
}

function affinityShort(attempt: Attempt, min: number, max: number): boolean {
  const { affinity } = attempt.request;
  const { possibleCpus } = attempt.state.topology.machine;
  return affinity !== undefined && affinityVectors(affinity, possibleCpus, min, max) < min;
}

function failureReason(mode: MessageMode, errno: Failure): Why {
  const name = mode === 'msix' ? 'MSI-X' : 'MSI';
  return () => [{ text: errno === 'abort' ? `${name}: the VMM aborts` : `${name}: -${errno}` }];
}

function irqNumbersReason(left: number): Why {
  return () => [
    {
      text: `Linux has ${Math.max(0, left)} interrupt numbers left`,
      source: 'IRQ_BITMAP_BITS, kernel/irq/internals.h, 6.1',
    },
  ];
}

function shortReason(wanted: number, free: number, isBlock: boolean): Why {
  return () => {
    if (isBlock) return [{ text: `no aligned run of ${roundUpToPowerOfTwo(wanted)} is free for ${wanted} messages` }];
    if (free === 0) return [{ text: wanted === 1 ? 'none is free' : `none of the ${wanted} wanted is free` }];
    return [{ text: `only ${free} of the ${wanted} wanted ${free === 1 ? 'is' : 'are'} free, and given back at once` }];
  };
}
