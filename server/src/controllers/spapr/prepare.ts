/**
 * How Linux asks the firmware: rtas_prepare_msi_irqs and rtas_disable_msi, arch/powerpc/platforms/pseries/msi.c. Up to 6.15 at each
 * allocation, for what is asked; later once for a function's MSI domain (pseries_msi_ops_prepare), for all of the capability.
 */

import { roundUpToPowerOfTwo } from '../../base/powers.ts';
import type { Errno } from '../../base/result.ts';
import { type Demand, done, type Outcome, type Reason, type Requester, refuse } from '../controller.ts';
import type { Effect } from '../effect.ts';
import { type ChangeMsiAnswer, changeFunction, changeMsi, type PciTarget, rtasStatus } from './change-msi.ts';
import { largestRequest, quota, requestedMessages, requestsOf } from './quota.ts';
import { blockReason, firmwareRefusal, quotaReason, requestReason, roundingReason } from './reasons.ts';
import { type AbortReason, totalMsis } from './source-space.ts';
import { type SpaprState, slotKey } from './state.ts';

/** A run of calls: the state moves on, effects and reasons gather. */
interface Exchange {
  state: SpaprState;
  readonly target: PciTarget;
  readonly effects: Effect[];
  /** Made into sentences when asked for. */
  readonly whys: (() => Reason)[];
}

/** What an attempt came to: a block; so many to try next; or how it failed. */
type Attempt =
  | { readonly is: 'granted' }
  | { readonly is: 'fewer'; readonly vectors: number }
  | { readonly is: 'failed'; readonly errno: Errno; readonly reason: string }
  | { readonly is: 'aborted'; readonly reason: AbortReason };

/**
 * msi_prepare. Fewer on offer: what ibm,req#msi, the quota or the firmware said. EPERM is the firmware's plain -1, ESRCH its -3. On
 * 6.1 and 6.12 a failed attempt ends with two releases, one by the MSI core and one by the PCI layer, whatever was there before.
 */
export function prepare(state: SpaprState, demand: Demand): Outcome<SpaprState, number> {
  const exchange = begin(state, demand.requester);
  if (state.rules === '7.2') return prepareDomain(exchange, demand);
  const tried = state.rules === '6.1' && hasGaps(demand) ? gapsRefused : attempt(exchange, demand, demand.vectors);
  if (tried.is === 'fewer' || tried.is === 'failed') {
    disable(exchange);
    disable(exchange);
  }
  return outcome(exchange, tried, demand.vectors);
}

/** rtas_disable_msi: through function 3, and where that is refused, through function 1. */
export function disableMsi(state: SpaprState, requester: Requester): Outcome<SpaprState, undefined> {
  const exchange = begin(state, requester);
  disable(exchange);
  return done(exchange.state, undefined, exchange.effects);
}

/**
 * rtas_msi_pci_irq_fixup: when Linux finds a function that has a line interrupt, it disables the MSIs that firmware, or a function
 * that was there before, may have left.
 */
export function foundFunction(state: SpaprState, requester: Requester): Outcome<SpaprState, undefined> {
  const { intx } = requester.capabilities;
  return intx && largestRequest(requester.capabilities) > 0 ? disableMsi(state, requester) : done(state, undefined);
}

/** The function as Linux's calls name it. Linux never writes the Multiple Message Enable field on pseries. */
function begin(state: SpaprState, requester: Requester): Exchange {
  const { segment, requesterId, capabilities } = requester;
  const messagesEnabled = requestedMessages(capabilities);
  return {
    state,
    target: { segment, requesterId, messagesEnabled, msixEntries: capabilities.msix },
    effects: [],
    whys: [],
  };
}

/** 7.2: as many as the firmware lets the function have, at most its capability; that is what the domain may then allocate. */
function prepareDomain(exchange: Exchange, demand: Demand): Outcome<SpaprState, number> {
  let vectors = demand.vectors;
  for (;;) {
    const tried = attempt(exchange, demand, vectors);
    if (tried.is !== 'fewer') {
      if (tried.is === 'granted') {
        const granted = exchange.state.granted.set(slotKey(exchange.target), vectors);
        exchange.state = { ...exchange.state, granted };
      }
      return outcome(exchange, tried, vectors);
    }
    vectors = tried.vectors;
  }
}

function outcome(exchange: Exchange, tried: Attempt, vectors: number): Outcome<SpaprState, number> {
  const { state, effects, whys } = exchange;
  const why = () => whys.map((reason) => reason());
  switch (tried.is) {
    case 'granted':
      return done(state, vectors, effects, why);
    case 'fewer':
      return done(state, tried.vectors, effects, why);
    case 'failed':
      return { ...refuse<SpaprState>(state, tried.errno, tried.reason, effects), why };
    case 'aborted':
      return { ...refuse<SpaprState>(state, 'abort', tried.reason, effects), why };
  }
}

/** rtas_prepare_msi_irqs: what the function may ask for, the quota, the power of two, the calls. */
function attempt(exchange: Exchange, demand: Demand, vectors: number): Attempt {
  const { state, whys } = exchange;
  const { capabilities } = demand.requester;
  const offered = demand.mode === 'msix' ? capabilities.msix : requestedMessages(capabilities);
  if (offered < vectors) {
    whys.push(() => requestReason(demand.mode, vectors, offered));
    return { is: 'fewer', vectors: offered };
  }
  const requests = requestsOf(demand.neighbours());
  const total = totalMsis(state.space);
  const own = largestRequest(capabilities);
  const allowed = quota(total, requests, own, vectors);
  if (allowed > 0 && allowed < vectors) {
    whys.push(() => quotaReason(total, requests.devices, vectors, allowed));
    return { is: 'fewer', vectors: allowed };
  }
  if (demand.mode === 'msix') {
    const rounded = roundUpToPowerOfTwo(vectors);
    if (rounded > vectors && quota(total, requests, own, rounded) >= rounded) {
      whys.push(() => roundingReason(vectors, rounded));
      const answer = call(exchange, msixFunction(demand), rounded);
      if (answer.is === 'aborted') return answer;
      if (answer.is === 'granted') return { is: 'granted' };
    }
  }
  const answer =
    demand.mode === 'msix' ? call(exchange, msixFunction(demand), vectors) : callForMsi(exchange, demand, vectors);
  return settled(answer, vectors);
}

function settled(answer: ChangeMsiAnswer, vectors: number): Attempt {
  switch (answer.is) {
    case 'granted':
      return { is: 'granted' };
    case 'too-many':
      return { is: 'fewer', vectors: answer.offered };
    case 'aborted':
      return answer;
    case 'released':
      return { is: 'fewer', vectors: 0 };
    case 'refused': {
      const errno = answer.status === rtasStatus.hardwareError ? 'EPERM' : 'ESRCH';
      return { is: 'failed', errno, reason: firmwareRefusal(vectors, answer.status) };
    }
  }
}

/** A function whose MSI capability takes 32-bit addresses only asks with the 32-bit functions, which QEMU does not have. */
function msixFunction({ requester }: Demand): number {
  return is32Bit(requester) ? changeFunction.msix32 : changeFunction.msix;
}

/** Function 3, then, where that is refused, 1. A 32-bit function is given up at once: no port below QEMU's host bridge is 5.0 GT/s. */
function callForMsi(exchange: Exchange, { requester }: Demand, vectors: number): ChangeMsiAnswer {
  if (is32Bit(requester)) return call(exchange, changeFunction.msi32, vectors);
  const answer = call(exchange, changeFunction.msi, vectors);
  return answer.is === 'refused' ? call(exchange, changeFunction.either, vectors) : answer;
}

function is32Bit({ capabilities }: Requester): boolean {
  return capabilities.msi > 0 && !capabilities.msi64bit;
}

function disable(exchange: Exchange): void {
  if (call(exchange, changeFunction.msi, 0).is === 'refused') call(exchange, changeFunction.either, 0);
}

function call(exchange: Exchange, called: number, asked: number): ChangeMsiAnswer {
  const { target } = exchange;
  const { state, answer } = changeMsi(exchange.state, target, called, asked);
  const { free } = exchange.state.space;
  exchange.state = state;
  const failed = asked > 0 && (answer.is === 'refused' || answer.is === 'aborted');
  const left = failed ? { free } : {};
  exchange.effects.push({ does: 'change-msi', requesterId: target.requesterId, called, asked, answer, ...left });
  if (answer.is === 'granted') {
    const { mode, block } = answer;
    const { space } = state;
    exchange.whys.push(() => blockReason(space, mode, block));
  }
  return answer;
}

/** pci_msi_domain_check_cap, MSI_FLAG_MSIX_CONTIGUOUS (6.1): later kernels refuse before they come here. */
const gapsRefused: Attempt = {
  is: 'failed',
  errno: 'ENOTSUPP',
  reason: 'the firmware can only be asked for MSI-X entries 0, 1, 2 …',
};

function hasGaps({ entries, vectors }: Demand): boolean {
  return entries?.slice(0, vectors).some((entry, position) => entry !== position) ?? false;
}
