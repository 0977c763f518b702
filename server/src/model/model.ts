/** The model of a spec: files read, names resolved, defaults filled in. The one entry of this room. */
import type { Tree } from '../syntax/tree.ts';
import { problemsBelow } from './declare.ts';
import type { Declared } from './declared.ts';
import { collectIgnores, type Ignored } from './ignores.ts';
import { loadFiles } from './includes.ts';
import type { Machine } from './machine.ts';
import { collectNames, type Declaration, type Names } from './names.ts';
import { makeSpeller } from './nearest.ts';
import type { ModelProblem } from './problem.ts';
import { type ReferenceContext, type ReferenceSite, referencesBelow } from './references.ts';
import { resolveControllers } from './resolve-controllers.ts';
import { resolveHostBridge } from './resolve-host-bridges.ts';
import { resolveMachine } from './resolve-machine.ts';
import { makeNodeResolver, type NodeContext, nodeContext } from './resolve-nodes.ts';
import { resolveScenario } from './resolve-scenarios.ts';
import type { ScenarioContext } from './resolve-steps.ts';
import { resolveTypes } from './resolve-types.ts';
import { resolveVm } from './resolve-vms.ts';
import { makeSourceMap, type SourceMap } from './source-map.ts';
import type { Sources } from './sources.ts';

export interface Model {
  readonly machine: Machine;
  /** Main file first, then included ones in the order read. */
  readonly files: ReadonlyMap<string, Tree>;
  /** Top-level blocks of all files, in the order of reading. */
  readonly top: readonly Declared[];
  /** What is wrong with the spec as written, but for what the parser says (see the trees). */
  readonly problems: readonly ModelProblem[];
  readonly sourceMap: SourceMap;
  readonly names: Names;
  /** Every name that refers to a declaration of this spec. Walks all blocks: for answers to a person, not for each keystroke. */
  readonly references: () => Iterable<Reference>;
  /** `// irqtopo-ignore` comments of all files, and what they cover. */
  readonly ignores: readonly Ignored[];
  /** A file is not there yet; the host builds again when it has come. */
  readonly pending: boolean;
  /** What functions were resolved with. A later build that is given this model keeps those whose blocks did not change. */
  readonly context: NodeContext;
}

export interface Reference {
  readonly site: ReferenceSite;
  readonly to: Declaration;
}

/**
 * The model of the spec whose main file is `mainUri`.
 *
 * @param trees parsed before; one is used where its text is the file's text, so that an edit costs what it touches
 * @param previous the model of an earlier version: what did not change stays the same object
 */
export function buildModel(
  sources: Sources,
  mainUri: string,
  trees?: ReadonlyMap<string, Tree>,
  previous?: Model,
): Model {
  const loaded = loadFiles(sources, mainUri, trees ?? previous?.files);
  const { files, top, pending } = loaded;
  const problems: ModelProblem[] = [...loaded.problems];
  for (const decl of top) for (const problem of problemsBelow(decl)) problems.push(problem);

  const { names, problems: nameProblems } = collectNames(top);
  for (const problem of nameProblems) problems.push(problem);

  const hostBridgeDecls = top.filter(({ kind }) => kind === 'host-bridge');
  const complete = names.machine !== undefined || hostBridgeDecls.length > 0;
  // What a library does not declare may be declared where it is included.
  const whole = loaded.whole && complete;
  const controllerDecls = top.filter(({ kind }) => kind === 'interrupt-controller');
  const facts = resolveMachine(names.machine, controllerDecls, problems);
  const controllers = resolveControllers(controllerDecls);
  const speller = makeSpeller();
  const types = resolveTypes(names, speller, whole, problems);
  const context = nodeContext(facts, types, previous?.context);
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
  const scenarios: ScenarioContext = {
    references,
    controllers,
    nodeOf,
    vmOf: (decl) => vms.get(decl),
    problems,
  };
  const machine: Machine = {
    ...facts,
    controllers: controllers.all,
    hostBridges: hostBridgeDecls.map((decl) => resolveHostBridge(decl, { references, controllers, nodesIn, problems })),
    unplaced: unplacedDecls.flatMap((decl) => nodeOf(decl) ?? []),
    vms: [...vms.values()],
    scenarios: top.filter(({ kind }) => kind === 'scenario').map((decl) => resolveScenario(decl, scenarios)),
    complete,
  };
  return {
    machine,
    files,
    top,
    problems,
    sourceMap: makeSourceMap(files),
    names,
    *references() {
      for (const decl of top) yield* referencesBelow(decl, names);
    },
    ignores: collectIgnores(files),
    pending,
    context,
  };
}
