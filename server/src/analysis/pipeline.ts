/** The pipeline joined up: from texts to located findings, in slices that a newer edit can end. */
import { buildModel } from '../model/model.ts';
import type { Sources } from '../model/sources.ts';
import { placeMachine } from '../pci/placement.ts';
import type { RuleContext, SpecLock } from '../rules/context.ts';
import { RULES } from '../rules/index.ts';
import { findInNodes } from '../rules/node-findings.ts';
import type { Finding } from '../rules/rule.ts';
import type { Tree } from '../syntax/tree.ts';
import { isLock, LOCK_SUFFIX, parseLock } from '../timeline/lock/lock-file.ts';
import type { Run } from '../timeline/run.ts';
import { bootMachine, runScenario } from '../timeline/scenario.ts';
import type { Analysis } from './analysis.ts';
import { withoutNumbersElsewhere } from './elsewhere.ts';
import { applyIgnores, locateFindings } from './findings.ts';
import { bootProblems, pciFindings, refusalFindings, syntaxFindings } from './from-rooms.ts';

/**
 * Analyses a main file with all it includes. Each `next` does one slice of work; whoever drives it may stop between two,
 * because a newer text made the answer worthless.
 * @param previous an earlier analysis of the same file: what did not change is taken from it
 * @param trees files that are parsed already
 * @param ran told of each run as it ends, the boot first; for whoever takes the time
 */
export function* analyse(
  sources: Sources,
  uri: string,
  previous?: Analysis,
  trees?: ReadonlyMap<string, Tree>,
  ran: (run: Run) => void = () => undefined,
): Generator<void, Analysis> {
  const model = buildModel(sources, uri, trees, previous?.model);
  const { machine, files, sourceMap } = model;
  yield;
  const { topology, problems } = placeMachine(machine, previous?.topology);
  yield;
  const boot = bootMachine(topology, undefined, previous?.boot);
  ran(boot);
  const runs = [];
  for (const scenario of machine.scenarios) {
    yield;
    const run = runScenario(boot, scenario);
    ran(run);
    runs.push(run);
  }
  const lock = machine.complete ? readLock(sources, uri, previous?.lock) : undefined;
  const context: RuleContext = { machine, topology, boot, runs, lock };
  const findings: Finding[] = [...syntaxFindings(files), ...model.problems];
  const collect = (found: Iterable<Finding>): void => {
    for (const finding of found) findings.push(finding);
  };
  const inNodes = findInNodes(machine, previous?.inNodes);
  if (machine.complete) {
    collect(pciFindings(problems));
    collect(pciFindings(bootProblems(context)));
    collect(refusalFindings(context));
    collect(inNodes.findings);
    for (const rule of RULES) {
      yield;
      if (rule.check) collect(rule.check(context));
    }
  }
  yield;
  const own = withoutNumbersElsewhere(findings, runs);
  const located = applyIgnores(locateFindings(own, sourceMap.locate), locateIgnores(model, sourceMap.locate));
  return { ...context, uri, model, files, locate: sourceMap.locate, findings: located, inNodes: inNodes.kept };
}

/** The lock file beside a spec; one that cannot be read, or is somebody else’s, is as good as none. */
function readLock(sources: Sources, uri: string, previous: SpecLock | undefined): SpecLock | undefined {
  const lockUri = uri + LOCK_SUFFIX;
  const content = sources.read(lockUri);
  if (content === 'pending' || 'missing' in content || !isLock(content.text)) return undefined;
  if (previous?.uri === lockUri && previous.text === content.text) return previous;
  return { uri: lockUri, text: content.text, parsed: parseLock(content.text) };
}

const locateIgnores = ({ ignores }: Analysis['model'], locate: Analysis['locate']) =>
  ignores.map(({ rule, uri, at, covers }) => ({ rule, uri, covers, span: locate(at).span }));

/** {@link analyse} without giving way. */
export function analyseNow(
  sources: Sources,
  uri: string,
  previous?: Analysis,
  trees?: ReadonlyMap<string, Tree>,
  ran?: (run: Run) => void,
): Analysis {
  const slices = analyse(sources, uri, previous, trees, ran);
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
  }
}
