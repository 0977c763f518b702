/** A spec resolved but for its scenarios: what they, and those of other specs that migrate to it, look names up in. */
import type { Tree } from '../syntax/tree.ts';
import { problemsBelow } from './declare.ts';
import type { Declared } from './declared.ts';
import type { LoadedFiles } from './includes.ts';
import type { Machine, PciNode, Vm } from './machine.ts';
import { type CollectedNames, collectNames, type Names } from './names.ts';
import { makeSpeller } from './nearest.ts';
import type { ModelProblem } from './problem.ts';
import type { ReferenceContext } from './references.ts';
import { type Controllers, resolveControllers } from './resolve-controllers.ts';
import { resolveHostBridge } from './resolve-host-bridges.ts';
import { type MachineFacts, resolveMachine } from './resolve-machine.ts';
import { makeNodeResolver, type NodeContext, nodeContext } from './resolve-nodes.ts';
import { resolveTypes } from './resolve-types.ts';
import { resolveVm } from './resolve-vms.ts';

export interface Spec {
  /** Without scenarios. */
  readonly machine: Machine;
  readonly files: ReadonlyMap<string, Tree>;
  readonly names: Names;
  /** For a later build of the same spec. */
  readonly collected: CollectedNames;
  readonly references: ReferenceContext;
  readonly controllers: Controllers;
  /** The function a block declares; undefined for other blocks. */
  readonly nodeOf: (decl: Declared) => PciNode | undefined;
  readonly vmOf: (decl: Declared) => Vm | undefined;
  readonly problems: readonly ModelProblem[];
  readonly context: NodeContext;
}

/** What a guest brings along when it moves to the machine of another spec: its kernel and how that came to know the machine. */
export type Guest = Pick<MachineFacts, 'os' | 'rules' | 'firmware' | 'pageSizeBytes' | 'kernelOptions'>;

/** What a machine's guest brings along. */
export function guestOf({ os, rules, firmware, pageSizeBytes, kernelOptions }: Machine): Guest {
  return { os, rules, firmware, pageSizeBytes, kernelOptions };
}

/**
 * Resolves what was loaded.
 * @param before an earlier build of the same spec: functions that did not change stay the same objects
 * @param guest runs on the machine in place of the kernel that the spec names
 */
export function resolveSpec(
  { files, top, whole: loadedWhole, ...loaded }: LoadedFiles,
  before: Pick<Spec, 'collected' | 'context'> | undefined,
  guest?: Guest,
): Spec {
  const problems: ModelProblem[] = [...loaded.problems];
  for (const decl of top) for (const problem of problemsBelow(decl)) problems.push(problem);

  const collected = collectNames(top, before?.collected);
  const { names, problems: nameProblems } = collected;
  for (const problem of nameProblems) problems.push(problem);

  const hostBridgeDecls = top.filter(({ kind }) => kind === 'host-bridge');
  const complete = names.machine !== undefined || hostBridgeDecls.length > 0;
  // What a library does not declare may be declared where it is included.
  const whole = loadedWhole && complete;
  const controllerDecls = top.filter(({ kind }) => kind === 'interrupt-controller');
  const facts: MachineFacts = { ...resolveMachine(names.machine, controllerDecls, problems), ...guest };
  const controllers = resolveControllers(controllerDecls);
  const speller = makeSpeller();
  const types = resolveTypes(names, speller, whole, problems);
  const context = nodeContext(facts, types, before?.context);
  const { nodeOf, nodesIn, problemsOf, problemsIn } = makeNodeResolver(context, names, speller, whole);
  const references: ReferenceContext = { names, speller, whole, possibleCpus: facts.possibleCpus };

  const unplacedDecls = top.filter(({ kind, hotplug }) => kind === 'endpoint' && hotplug);
  for (const decl of hostBridgeDecls) problemsIn(decl, problems);
  for (const decl of unplacedDecls) problemsOf(decl, problems);

  const vms = new Map(
    top
      .filter(({ kind }) => kind === 'vm')
      .map((decl) => [decl, resolveVm(decl, { references, nodeOf, problems })] as const),
  );
  const machine: Machine = {
    ...facts,
    controllers: controllers.all,
    hostBridges: hostBridgeDecls.map((decl) => resolveHostBridge(decl, { references, controllers, nodesIn, problems })),
    unplaced: unplacedDecls.flatMap((decl) => nodeOf(decl) ?? []),
    vms: [...vms.values()],
    scenarios: [],
    complete,
  };
  const vmOf = (decl: Declared): Vm | undefined => vms.get(decl);
  return { machine, files, names, collected, references, controllers, nodeOf, vmOf, problems, context };
}
