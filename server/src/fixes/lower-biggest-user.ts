import type { RuleContext } from '../rules/context.ts';
import type { Finding } from '../rules/rule.ts';
import { type VectorUser, vectorUsers } from '../rules/vector-users.ts';
import { setProperty } from '../syntax/edits.ts';
import type { StepResult } from '../timeline/run.ts';
import type { FixContext } from './context.ts';
import type { Fix, Proposal } from './fix.ts';
import { blockOf, declOf, fact, functionsOf } from './places.ts';
import { messageRequests, offered, vectorsText, vectorsWords } from './requests.ts';

/** Declarations that are tried, those with most vectors first. */
const USERS_TRIED = 3;
/** Parts of what a user asks for that are tried, in eighths. */
const eighths = [7, 6, 4, 2];

export const lowerBiggestUser: Fix = {
  id: 'lower-biggest-user',
  rules: [
    'x86-vector-exhausted',
    'x86-multi-msi-no-partial',
    'x86-managed-exhausted',
    'x86-cpu-offline-blocked',
    'irte-exhausted',
    'v2m-spi-exhausted',
    'vmm-routes-exceeded',
  ],
  safety: 'review',
  doc: 'Has those who take most of the vectors, remapping entries, SPIs or interrupt routes ask for fewer, so that others find some.',
  *propose(finding, context) {
    const [victim] = functionsOf(finding, context);
    const step = stepOf(finding, context);
    if (step === undefined) return;
    const users = vectorUsers(step.state).filter(({ node }) => node !== victim?.node);
    const short = [...missing(finding, context, step)];
    for (const user of users.slice(0, USERS_TRIED)) yield* lowered(context, user, short);
  },
};

/** Its request with fewer vectors: as few fewer as are missing, then by eighths. */
function* lowered(context: FixContext, user: VectorUser, short: readonly number[]): Iterable<Proposal> {
  const request = messageRequests(user.node).find(({ decl }) => decl !== undefined);
  const block = request?.decl && blockOf(context, request.decl);
  if (request === undefined || block === undefined) return;
  const most = Math.min(request.max, offered(user.node, request.mode));
  const fewer = short.map((count) => most - Math.ceil(count / user.elements));
  const tried = new Set<number>();
  for (const max of [...fewer, ...eighths.map((part) => Math.floor((most * part) / 8))]) {
    if (max < 1 || max >= most || tried.has(max)) continue;
    const min = Math.min(request.min, max);
    const handlers = request.irqs !== undefined && request.irqs > max;
    yield {
      title: `Let ${user.name} ask for ${vectorsWords(min, max)} instead of ${vectorsText(request.min, request.max)}`,
      edits: [
        ...setProperty(context.tree, block, 'vectors', vectorsText(min, max)),
        ...(handlers ? setProperty(context.tree, block, 'irqs', `${max}`) : []),
      ],
      otherwise: tried.size > 0,
    };
    tried.add(max);
  }
}

/**
 * How many vectors, entries or routes were wanted and not there: those alone, and with what is promised to others besides. A managed
 * vector needs one on each CPU.
 */
function* missing(finding: Finding, { machine }: RuleContext, { effects }: StepResult): Iterable<number> {
  if (finding.rule === 'x86-managed-exhausted') yield machine.possibleCpus;
  if (finding.rule === 'x86-cpu-offline-blocked') {
    for (const effect of effects) {
      if (effect.does !== 'warn' || effect.warning.code !== 'cannot-disable-cpu') continue;
      yield effect.warning.allocated - effect.warning.availableElsewhere;
    }
  }
  const needed = fact(finding, 'needed');
  if (needed !== undefined) yield needed - (fact(finding, 'routes') ?? 0);
  const wanted = fact(finding, 'wanted');
  if (finding.rule === 'v2m-spi-exhausted') yield (wanted ?? 0) - (fact(finding, 'messages') ?? 0);
  const had = fact(finding, 'left') ?? fact(finding, 'index');
  if (wanted === undefined || had === undefined) return;
  yield wanted - had;
  // Its own line's pin is promised a vector, too, as soon as its driver enables it.
  yield wanted - had + (fact(finding, 'promised') ?? 0) + 1;
}

/** The step that a finding points at, or the boot. */
function stepOf(finding: Finding, { boot, runs }: RuleContext): StepResult | undefined {
  const decl = declOf(finding);
  for (const { steps } of runs) {
    for (const result of steps) if (decl !== undefined && result.step?.decl === decl) return result;
  }
  return boot.steps[0];
}
