/** `enable`: the bound driver calls pci_alloc_irq_vectors. No handler goes on yet. */
import type { DriverCall, PciNode, Request, StepOf } from '../../model/machine.ts';
import type { FunctionIndex } from '../../pci/topology.ts';
import { noted, type StepLog } from '../log.ts';
import { climb } from '../probe.ts';
import { releaseHandlers, requestIrqs } from '../request-irq.ts';
import { countVectors, functionState, type MachineState } from '../state.ts';
import { refusalOf } from './enable-refusal.ts';
import { cannotApply, ended, nameOf, type OnFunction, refuse, whenBound } from './subjects.ts';

type Enable = StepOf<'enable'>;

/** Without a body the function's own request, rung by rung; else one call, in which what the body leaves out is as in that. */
export function enableOne({ decl, asks }: Enable): OnFunction {
  const requests = new WeakMap<PciNode, OwnCall>();
  return whenBound('pci_alloc_irq_vectors', (state, fn, log, { node }) => {
    const own = requests.get(node) ?? asked(node, asks, decl);
    requests.set(node, own);
    return enable(state, fn, own, log);
  });
}

/** A call of a driver's plan with its place there. */
interface OwnCall {
  readonly ladder: readonly Request[];
  readonly call: number;
}

function enable(before: MachineState, fn: FunctionIndex, { ladder, call }: OwnCall, log: StepLog): MachineState {
  const { mode, handlers } = functionState(before, fn);
  const name = nameOf(before, fn);
  const isEnabled = mode === 'msi' || mode === 'msix';
  const isOnLine = mode === 'intx' && handlers.length > 0;
  const climbed = climb(isOnLine ? noted(log, releaseHandlers(before, fn)) : before, fn, ladder, call, log);
  const { state, errno } = climbed;
  const kind = mode === 'msix' ? 'MSI-X' : 'MSI';
  const more = isEnabled ? growth(before, fn, log) : undefined;
  if (more !== undefined && errno !== undefined) {
    const message = `${name} holds ${more.held}, and ${more.asked} are asked for: a table in use cannot grow, and the call returns -${errno}. \`disable\` comes first, and interrupts in between are lost`;
    return refuse(state, fn, message, log, errno, 'lifecycle-itt-growth');
  }
  if (isEnabled && errno !== undefined) {
    const message = `${name} has ${kind} enabled already: the call returns -${errno}, with a backtrace in the log; \`disable\` comes first`;
    return refuse(state, fn, message, log, errno, 'lifecycle-double-enable');
  }
  if (isEnabled) {
    const message = `The call returns 1 and changes nothing; ${name} keeps its ${kind} vectors`;
    log.refused.push({ rule: 'intx-hides-active-msi', message, fn, isHarmless: true });
  }
  const last = log.calls.at(-1);
  const refusal = errno === undefined || last === undefined ? undefined : refusalOf(state, last);
  if (refusal !== undefined) log.refused.push({ ...refusal, rule: refusal.rule ?? cannotApply, fn });
  const after = ended(state, fn, errno);
  if (!isOnLine) return after;
  if (functionState(after, fn).mode === 'intx') return noted(log, requestIrqs(after, fn, 0, 0));
  const message = `${name}: a handler is still on its INTx line, which goes quiet now. \`free-irq\` comes first`;
  log.refused.push({ rule: 'lifecycle-free-while-requested', message, fn });
  return after;
}

/** What the last call asks for beyond what the function holds of an ITS; undefined when it is no more, or there is no ITS. */
function growth(
  state: MachineState,
  fn: FunctionIndex,
  { calls }: StepLog,
): { readonly held: string; readonly asked: number } | undefined {
  const { requester, vectors } = functionState(state, fn);
  const type = requester && state.controllers[requester.controller]?.type;
  const request = calls.at(-1)?.request;
  const capabilities = state.topology.functions[fn]?.node.capabilities;
  if ((type !== 'gicv3' && type !== 'gicv5') || request === undefined || capabilities === undefined) return undefined;
  const asked = Math.min(request.max, request.mode === 'msi' ? capabilities.msi : capabilities.msix);
  const held = countVectors(vectors);
  return asked > held ? { held: held === 1 ? 'one vector' : `${held} vectors`, asked } : undefined;
}

/** What the body asks for, on top of the last call of the driver's plan. */
function asked(node: PciNode, asks: Enable['asks'], decl: Enable['decl']): OwnCall {
  const call = node.plan.findLastIndex((planned) => planned.call === 'allocate');
  const planned: DriverCall | undefined = node.plan[call];
  const ladder = planned?.call === 'allocate' ? planned.ladder : [];
  const own = ladder[0] ?? allOf(node);
  if (Object.keys(asks).length === 0) return { ladder: ladder.length === 0 ? [own] : ladder, call: Math.max(0, call) };
  const written = asks.min === undefined ? own.decl : decl;
  return { ladder: [{ ...own, ...asks, decl: written }], call: Math.max(0, call) };
}

/** Of a function whose driver asks for nothing by itself: as much as it has, MSI-X before MSI before INTx. */
function allOf({ capabilities }: PciNode): Request {
  const { msix, msi } = capabilities;
  return {
    decl: undefined,
    mode: 'msix',
    min: 1,
    max: Math.max(1, msix, msi),
    fallback: ['msi', 'intx'],
    affinity: 'spread',
    pre: 0,
    post: 0,
    sets: 1,
    entries: undefined,
    irqs: undefined,
  };
}
