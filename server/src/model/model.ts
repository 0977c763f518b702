/** The model of a spec: files read, names resolved, defaults filled in. The one entry of this room. */
import type { Tree } from '../syntax/tree.ts';
import type { Declared } from './declared.ts';
import { collectIgnores, type Ignored } from './ignores.ts';
import { loadFiles } from './includes.ts';
import type { Machine } from './machine.ts';
import { migrationTargets, type TargetSpec } from './migration-targets.ts';
import type { CollectedNames, Declaration, Names } from './names.ts';
import type { ModelProblem } from './problem.ts';
import { type ReferenceSite, referencesBelow } from './references.ts';
import type { NodeContext } from './resolve-nodes.ts';
import { resolveScenario } from './resolve-scenarios.ts';
import { makeSourceMap, type SourceMap } from './source-map.ts';
import type { Sources } from './sources.ts';
import { guestOf, resolveSpec } from './spec.ts';

export interface Model {
  readonly machine: Machine;
  /** Main file first, then included ones in the order read. */
  readonly files: ReadonlyMap<string, Tree>;
  /** All files that were read: these, and those of the specs that scenarios migrate to. */
  readonly read: ReadonlyMap<string, Tree>;
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
  /** The specs that scenarios migrate to, by their main file. */
  readonly targets: ReadonlyMap<string, TargetSpec>;
  /** What functions were resolved with. A later build that is given this model keeps those whose blocks did not change. */
  readonly context: NodeContext;
  /** The same for names. */
  readonly collected: CollectedNames;
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
  const loaded = loadFiles(sources, mainUri, trees ?? previous?.read);
  const spec = resolveSpec(loaded, previous);
  const { files, names } = spec;
  const { top } = loaded;
  const problems: ModelProblem[] = [...spec.problems];
  const own = makeSourceMap(files);
  const targets = migrationTargets(
    sources,
    guestOf(spec.machine),
    (decl) => own.startOf(decl.node)?.uri ?? mainUri,
    both(trees ?? previous?.read, files),
    previous?.targets,
    problems,
  );
  const scenarios = top
    .filter(({ kind }) => kind === 'scenario')
    .map((decl) => resolveScenario(decl, { ...spec, problems }, targets));
  const read = [...targets.specs.values()].reduce((all, target) => both(target.spec.files, all), files);
  return {
    machine: { ...spec.machine, scenarios },
    files,
    read,
    top,
    problems,
    sourceMap: read === files ? own : makeSourceMap(read),
    names,
    collected: spec.collected,
    *references() {
      for (const decl of top) yield* referencesBelow(decl, names);
    },
    ignores: collectIgnores(files),
    pending: loaded.pending || targets.pending(),
    targets: targets.specs,
    context: spec.context,
  };
}

/** All entries of both; of two with one key the second's. The second's come first, in their order. */
function both<T>(first: ReadonlyMap<string, T> | undefined, second: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  if (first === undefined) return second;
  const all = new Map(second);
  for (const [key, value] of first) if (!all.has(key)) all.set(key, value);
  return all;
}
