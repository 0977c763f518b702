import type { FunctionIndex } from '../../pci/topology.ts';
import type { Call, Run, StepResult } from '../../timeline/run.ts';
import type { MachineState } from '../../timeline/state.ts';
import type { RuleContext } from '../context.ts';
import { placeOf } from '../nodes.ts';
import { routeUserPlaces } from '../route-users.ts';
import {
  areRoutesExceeded,
  isOfLibrary,
  type RouteTable,
  type RouteUsers,
  routeTables,
  routeUsers,
  tableText,
  vectorsWithRoutes,
} from '../routes.ts';
import type { Finding, Place, Rule } from '../rule.ts';
import { at } from '../sharing.ts';
import { counted } from '../words.ts';

export const vmmRoutesExceeded: Rule = {
  id: 'vmm-routes-exceeded',
  severity: 'error',
  title: 'a VM has fewer interrupt routes than vectors in use',
  checks:
    'The vectors in use of all functions of a VM and the pins of its interrupt controller find a route each. A machine with a `vmm` is such a VM, and so is each `vm` on it, with the entries that it has unmasked.',
  why: `KVM delivers a message by a route: an entry of a table that the VMM fills, one for each vector that is unmasked and one for each pin of the interrupt controller. The table ends at 4,096 routes for a VM (KVM_MAX_IRQ_ROUTES); VMMs made of the Rust VMM libraries end at 1,024 of them. Nothing of this shows in the guest: its drivers have their vectors, KVM_SET_GSI_ROUTING fails in the VMM with -EINVAL, and the interrupts of the vectors without a route are delivered by the VMM, slowly, or never. Sixteen functions with 257 entries are enough.

Messages of a GICv2m and of pseries carry the interrupt's own number and need no routes. The same is true of a VMM without KVM: give it a large number of \`routes\`.`,
  remedy:
    'Let the functions use fewer vectors or fewer queues, spread them over more VMs, or use a VMM that fills all of KVM’s table (`routes = 4096`).',
  sources: [
    'Linux 6.1, 6.12, 7.2: KVM_MAX_IRQ_ROUTES, include/linux/kvm_host.h; kvm_set_irq_routing, virt/kvm/irqchip.c',
    'QEMU 10.0: kvm_irqchip_add_msi_route, accel/kvm/kvm-all.c; kvm_pc_setup_irq_routing, hw/i386/kvm/ioapic.c; hw/intc/arm_gicv3_kvm.c',
    'rust-vmm/kvm#381: KvmIrqRouting of the kvm-bindings crate ended at 1,024',
    'cloud-hypervisor#7081: 17 functions of 257 entries, and the 18th fails',
  ],
  *check(context) {
    const tables = routeTables(context);
    if (tables.length === 0) return;
    for (const run of [context.boot, ...context.runs])
      for (const table of tables) yield* crossings(context, run, table);
  },
};

/** The steps of a run in which a table becomes too small. What the boot does is told once. */
function* crossings({ boot }: RuleContext, run: Run, table: RouteTable): Iterable<Finding> {
  let before: MachineState | undefined;
  let wasExceeded = false;
  for (const step of run.steps) {
    const isExceeded = areRoutesExceeded(table, step.state);
    const isTold = run !== boot && (step.step === undefined || step.step.op === 'boot');
    if (isExceeded && !wasExceeded && !isTold) yield crossing(table, step, before);
    before = step.state;
    wasExceeded = isExceeded;
  }
}

function crossing(table: RouteTable, step: StepResult, before: MachineState | undefined): Finding {
  const { guest, routes, pins } = table;
  const { topology } = step.state;
  const users = routeUsers(table, step.state);
  const vectors = vectorsWithRoutes(table, step.state);
  const usersBefore = before === undefined ? new Map() : routeUsers(table, before);
  const { fn, free } = victimOf(users, usersBefore, step.calls, routes - pins);
  const { node, name } = at(topology, fn);
  const who = guest === undefined ? '' : `${guest.name}: `;
  const needed =
    pins === 0
      ? `${vectors} vectors in use need an interrupt route each`
      : `${pins} pins and ${vectors} vectors in use need ${pins + vectors} interrupt routes`;
  const without = pins + vectors - routes;
  const alike = [...users].filter(([user]) => at(topology, user).node === node);
  const others = vectors - alike.reduce((all, [, count]) => all + count, 0);
  return {
    rule: 'vmm-routes-exceeded',
    severity: isOfLibrary(routes) ? 'warning' : 'error',
    at: placeOfCrossing(table, step, fn),
    message: `${who}${needed}, ${tableText(table)}: from ${name} on, ${counted(without, 'vector')} ${without === 1 ? 'has' : 'have'} none`,
    related: routeUserPlaces(topology, users),
    functions: [fn],
    facts: {
      fn: name,
      routes,
      needed: pins + vectors,
      pins,
      vectors,
      free,
      each: Math.floor((routes - pins - others) / Math.max(1, alike.length)),
      ...(guest?.vm.name === undefined ? {} : { vm: guest.vm.name }),
    },
  };
}

/** Who is the first that finds the table full: those of before have their routes, then the calls of the step come in order. */
function victimOf(
  users: RouteUsers,
  before: RouteUsers,
  calls: readonly Call[],
  most: number,
): { readonly fn: FunctionIndex; readonly free: number } {
  let left = most;
  for (const [fn, count] of before) left -= Math.min(count, users.get(fn) ?? 0);
  // By the last call of each: what it got before that was given back.
  const served = [...new Set(calls.map(({ fn }) => fn).reverse())].reverse();
  for (const fn of new Set([...served, ...users.keys()])) {
    const more = Math.max(0, (users.get(fn) ?? 0) - (before.get(fn) ?? 0));
    if (more > left) return { fn, free: left };
    left -= more;
  }
  throw new Error('a table that is crossed is crossed by somebody');
}

/** The step that crosses; at boot what is asked for: by the driver, or for a guest. */
function placeOfCrossing({ guest }: RouteTable, { step, state, calls }: StepResult, fn: FunctionIndex): Place {
  if (step !== undefined && step.op !== 'boot') return { decl: step.decl, part: 'header' };
  const assigned = guest?.functions.find((one) => one.fn === fn);
  if (assigned) return { decl: assigned.assignment.decl, part: 'header' };
  return placeOf(
    at(state.topology, fn).node,
    calls.findLast((call) => call.fn === fn && call.by === 'driver')?.request,
  );
}
