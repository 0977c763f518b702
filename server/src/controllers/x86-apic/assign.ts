/**
 * Which vector of which CPU an interrupt gets when it is activated, and how a handler's start settles its affinity
 * (arch/x86/kernel/apic/vector.c, kernel/irq/manage.c, kernel/irq/chip.c; alike in 6.1, 6.12, 7.2).
 */
import type { CpuMask } from '../controller.ts';
import { freeVector, type Matrix, onlineOf, type Target, takeManaged, takeVector } from './matrix.ts';
import type { Interrupt, X86State } from './state.ts';

/** What the search for vectors and moves between CPUs depend on besides the matrix. */
export type Surroundings = Pick<X86State, 'remapping' | 'defaultAffinity' | 'isolated' | 'nodes'>;

/** An interrupt after a step, and the matrix with it. `affinityBroken`: it is outside its mask, for want of vectors there. */
export interface Settled {
  readonly matrix: Matrix;
  readonly interrupt: Interrupt;
  readonly affinityBroken: boolean;
}

/**
 * Activates an interrupt: x86_vector_activate, and what irq_startup adds. Undefined: no CPU has a vector left. A managed one
 * none of whose CPUs is online is activated without a vector.
 */
export function startInterrupt(
  matrix: Matrix,
  around: Surroundings,
  interrupt: Interrupt,
  node: number | undefined,
): Settled | undefined {
  if (interrupt.managed) return settled(startManaged(matrix, around, interrupt));
  const activated =
    interrupt.target === undefined ? activate(matrix, around, interrupt, node) : settled({ matrix, interrupt });
  if (activated === undefined || isPlain(activated.matrix, around, interrupt, node)) return activated;
  const started = settleAffinity(activated.matrix, around, activated.interrupt, node);
  return { ...started, affinityBroken: activated.affinityBroken };
}

/**
 * activate_reserved and assign_irq_vector_any_locked: the node's CPUs of the mask, the mask, the node, all; the first that has a
 * vector. It gives the promise of a vector back.
 */
export function activate(
  matrix: Matrix,
  around: Surroundings,
  interrupt: Interrupt,
  node: number | undefined,
): Settled | undefined {
  const { mask } = interrupt;
  const taken = takeAnywhere(matrix, mask, nodeCpus(around, node), matrix.reserved - 1);
  if (taken === undefined) return undefined;
  const { target } = taken;
  const affinityBroken = mask !== undefined && !mask.includes(target.cpu);
  return { matrix: taken.matrix, interrupt: { ...interrupt, target }, affinityBroken };
}

/** Gives an interrupt's vectors back, also the one before an unfinished move. It is promised nothing for it. */
export function releaseVectors(matrix: Matrix, { target, previous, managed }: Interrupt): Matrix {
  let next = matrix;
  if (target !== undefined) next = freeVector(next, target, managed);
  if (previous !== undefined) next = freeVector(next, previous, managed);
  return next;
}

/**
 * assign_vector_locked for an interrupt that may move: it stays where it is if the mask allows. Undefined: no CPU of the mask has
 * a vector. `at once`: the old vector is free immediately, as its CPU is going or its remapping entry is rewritten; otherwise it
 * is held until an interrupt arrives at the new one.
 */
export function moveTo(matrix: Matrix, interrupt: Interrupt, cpus: CpuMask, atOnce: boolean): Settled | undefined {
  const { target, managed } = interrupt;
  if (target !== undefined && cpus.includes(target.cpu)) return settled({ matrix, interrupt });
  const taken = managed ? takeManaged(matrix, cpus) : takeVector(matrix, cpus);
  if (taken === undefined) return undefined;
  const moved = { ...interrupt, target: taken.target };
  if (target === undefined) return settled({ matrix: taken.matrix, interrupt: moved });
  if (!atOnce) return settled({ matrix: taken.matrix, interrupt: { ...moved, previous: target } });
  return settled({ matrix: freeVector(taken.matrix, target, managed), interrupt: moved });
}

/**
 * The CPUs that irq_do_set_affinity programs: of a managed interrupt not the isolated ones, unless no other is online. Online
 * ones alone; empty when there is none.
 */
export function programmable(
  matrix: Matrix,
  { isolated }: Surroundings,
  mask: CpuMask | undefined,
  managed: boolean,
): CpuMask {
  const online = onlineOf(matrix, mask);
  if (!managed || isolated.length === 0) return online;
  const kept = online.filter((cpu) => !isolated.includes(cpu));
  return kept.length === 0 ? online : kept;
}

/** irq_setup_affinity: the user's mask or the default one, the node's part of it if there is one. */
function settleAffinity(matrix: Matrix, around: Surroundings, interrupt: Interrupt, node: number | undefined): Settled {
  const mask = startupMask(matrix, around, interrupt, node);
  if (mask === undefined) return settled({ matrix, interrupt });
  const moved = moveTo(matrix, interrupt, mask, around.remapping !== undefined);
  if (moved === undefined) return settled({ matrix, interrupt });
  return { ...moved, interrupt: { ...moved.interrupt, mask } };
}

/** Undefined where nothing narrows the mask of all CPUs. */
function startupMask(
  matrix: Matrix,
  around: Surroundings,
  interrupt: Interrupt,
  node: number | undefined,
): CpuMask | undefined {
  const keepsOwn = interrupt.maskSet && onlineOf(matrix, interrupt.mask).length > 0;
  const wanted = keepsOwn ? interrupt.mask : around.defaultAffinity;
  if (isPlain(matrix, around, interrupt, node)) return undefined;
  const ofNode = nodeCpus(around, node);
  const online = onlineOf(matrix, wanted);
  const mask = online.length === 0 ? matrix.online : online;
  const near = ofNode === undefined ? [] : mask.filter((cpu) => ofNode.includes(cpu));
  return near.length === 0 ? mask : near;
}

/** Whether nothing narrows the mask of all CPUs: no user, no default, no node, and no CPU that is away. */
function isPlain(matrix: Matrix, around: Surroundings, interrupt: Interrupt, node: number | undefined): boolean {
  return (
    interrupt.mask === undefined &&
    (around.defaultAffinity === undefined || interrupt.maskSet) &&
    matrix.online.length === matrix.cpus.length &&
    nodeCpus(around, node) === undefined
  );
}

function startManaged(
  matrix: Matrix,
  around: Surroundings,
  interrupt: Interrupt,
): { matrix: Matrix; interrupt: Interrupt } {
  const taken = takeManaged(matrix, onlineOf(matrix, interrupt.mask));
  if (taken === undefined) return { matrix, interrupt };
  const activated = { ...interrupt, target: taken.target };
  const cpus = programmable(taken.matrix, around, interrupt.mask, true);
  return (
    moveTo(taken.matrix, activated, cpus, around.remapping !== undefined) ?? {
      matrix: taken.matrix,
      interrupt: activated,
    }
  );
}

function takeAnywhere(
  matrix: Matrix,
  mask: CpuMask | undefined,
  ofNode: CpuMask | undefined,
  reserved: number,
): { matrix: Matrix; target: Target } | undefined {
  const near = ofNode === undefined ? undefined : takeVector(matrix, within(ofNode, mask), reserved);
  if (near !== undefined) return near;
  const wanted = takeVector(matrix, onlineOf(matrix, mask), reserved);
  if (wanted !== undefined || (mask === undefined && ofNode === undefined)) return wanted;
  const onNode = ofNode === undefined ? undefined : takeVector(matrix, ofNode, reserved);
  return onNode ?? takeVector(matrix, matrix.online, reserved);
}

function within(cpus: CpuMask, mask: CpuMask | undefined): CpuMask {
  return mask === undefined ? cpus : cpus.filter((cpu) => mask.includes(cpu));
}

/** The CPUs of a NUMA node; undefined for a function on no node. */
function nodeCpus({ nodes }: Surroundings, node: number | undefined): CpuMask | undefined {
  return node === undefined ? undefined : nodes[node];
}

function settled(one: { matrix: Matrix; interrupt: Interrupt }): Settled {
  return { ...one, affinityBroken: false };
}
