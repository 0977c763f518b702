/**
 * Interrupts that change their CPU: at a handler's start, when the user says so, when a CPU goes or comes (imsic_irq_set_affinity,
 * irq-riscv-imsic-platform.c; irq_startup, kernel/irq/chip.c; migrate_one_irq, kernel/irq/cpuhotplug.c). The identity on
 * the CPU that is left is free at once: its last message is taken along a moment later.
 */
import { type CpuMask, done, type Outcome, type Requester, refuse, type VectorRun } from '../controller.ts';
import type { Effect } from '../effect.ts';
import { type IdentityFile, onlineOf, onlineWithin, returnIdentity, takeIdentity } from './identity-files.ts';
import type { ImsicState, Interrupt } from './state.ts';

/**
 * request_irq on each vector of the run. One that is on a CPU of its mask stays; another moves there, if there is room, and
 * else stays where it is: the call does not fail for it. A managed one none of whose CPUs is online waits for one.
 */
export function request(
  state: ImsicState,
  _requester: Requester,
  run: VectorRun,
): Outcome<ImsicState, readonly VectorRun[]> {
  let { files, interrupts } = state;
  for (let number = run.hwirq; number < run.hwirq + run.count; number++) {
    const own = interrupts.get(number);
    if (own === undefined || own.requested) continue;
    if (mayStay(files, own)) {
      interrupts = interrupts.set(number, { ...own, requested: true });
      continue;
    }
    const cpus = onlineWithin(files, own.mask);
    const wanted = cpus.length > 0 || own.managed ? cpus : onlineOf(files);
    const changed = files.slice();
    interrupts = interrupts.set(number, { ...moved(changed, own, wanted), requested: true });
    files = changed;
  }
  return done({ ...state, files, interrupts }, [run]);
}

/** Whether an interrupt is where it may be: on a CPU that is online, and of its mask. */
const mayStay = (files: readonly IdentityFile[], { cpu, mask }: Interrupt): boolean =>
  files[cpu]?.online === true && (mask === undefined || mask.includes(cpu));

/** free_irq on each vector of the run: the identity stays. */
export function release(
  state: ImsicState,
  _requester: Requester,
  run: VectorRun,
): Outcome<ImsicState, readonly VectorRun[]> {
  let { interrupts } = state;
  for (let number = run.hwirq; number < run.hwirq + run.count; number++) {
    const own = interrupts.get(number);
    if (own?.requested) interrupts = interrupts.set(number, { ...own, requested: false });
  }
  return done({ ...state, interrupts }, [run]);
}

/**
 * A write of smp_affinity for the one vector of the run. EIO: it is managed; EINVAL: no CPU of the mask is online. ENOSPC,
 * up to 6.15: none of them has an identity left. From 6.16 on a PCI interrupt moves at its next occurrence
 * (IRQCHIP_MOVE_DEFERRED), so the write succeeds, and without room the interrupt just stays.
 */
export function setAffinity(
  state: ImsicState,
  _requester: Requester,
  run: VectorRun,
  mask: CpuMask,
): Outcome<ImsicState, VectorRun> {
  const own = state.interrupts.get(run.hwirq);
  if (own?.managed) return refuse(state, 'EIO', 'the affinity of a managed interrupt is the kernel’s');
  const cpus = onlineWithin(state.files, mask);
  if (own === undefined || cpus.length === 0) return refuse(state, 'EINVAL', 'no CPU of the mask is online');
  const files = state.files.slice();
  const after = moved(files, own, cpus);
  const isDeferred = state.rules === '7.2';
  if (!cpus.includes(after.cpu) && !isDeferred) {
    return refuse(state, 'ENOSPC', 'no CPU of the mask has an identity left');
  }
  const interrupts = state.interrupts.set(run.hwirq, { ...after, mask });
  return done({ ...state, files, interrupts }, run);
}

/**
 * A CPU goes: its interrupts with handlers move, by number, to the CPUs left of their masks, else to any; managed ones without
 * another CPU are shut down and keep their identity. It is never refused: what finds no room stays behind and is lost until
 * the CPU is back. EINVAL: it is not online; EBUSY: it is the last one.
 */
export function takeOffline(state: ImsicState, cpu: number): Outcome<ImsicState, undefined> {
  const own = state.files[cpu];
  if (own === undefined || !own.online) return refuse(state, 'EINVAL', `CPU ${cpu} is not online`);
  const files = state.files.slice();
  files[cpu] = { ...own, online: false };
  const online = onlineOf(files);
  if (online.length === 0) return refuse(state, 'EBUSY', 'it is the last CPU online');
  const effects: Effect[] = [];
  let { interrupts } = state;
  for (const [number, interrupt] of [...interrupts.entries()]) {
    if (interrupt.cpu !== cpu || !interrupt.requested) continue;
    const left = onlineWithin(files, interrupt.mask);
    if (left.length === 0 && interrupt.managed) continue;
    const near = left.length === 0 ? interrupt : moved(files, interrupt, left);
    const after =
      near.cpu !== cpu || interrupt.managed ? near : { ...moved(files, interrupt, online), mask: undefined };
    if (after.cpu === cpu) effects.push({ does: 'warn', warning: { code: 'set-affinity-failed', cpu } });
    else interrupts = interrupts.set(number, after);
  }
  return done({ ...state, files, interrupts }, undefined, effects);
}

/**
 * A CPU is back. Managed interrupts that waited for it, by number, move to it; all others stay where they went. EINVAL: there is
 * no such CPU offline.
 */
export function bringOnline(state: ImsicState, cpu: number): Outcome<ImsicState, undefined> {
  const own = state.files[cpu];
  if (own === undefined || own.online) return refuse(state, 'EINVAL', `CPU ${cpu} is not offline`);
  const files = state.files.slice();
  files[cpu] = { ...own, online: true };
  let { interrupts } = state;
  for (const [number, interrupt] of [...interrupts.entries()]) {
    const { managed, requested, mask } = interrupt;
    if (!managed || !requested || mask?.includes(cpu) !== true) continue;
    const after = moved(files, interrupt, onlineWithin(files, mask));
    if (after !== interrupt) interrupts = interrupts.set(number, after);
  }
  return done({ ...state, files, interrupts }, undefined);
}

/** The interrupt on one of the CPUs: as it is when it is on one already, or when none has an identity left. */
function moved(files: IdentityFile[], interrupt: Interrupt, cpus: CpuMask): Interrupt {
  if (cpus.includes(interrupt.cpu)) return interrupt;
  const place = takeIdentity(files, cpus);
  if (place === undefined) return interrupt;
  returnIdentity(files, interrupt);
  return { ...interrupt, ...place };
}
