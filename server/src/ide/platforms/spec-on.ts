/** The same spec on another platform: the PCI tree and its requests stay, the controller has its defaults. */
import type { Analysis, Sources } from '../../analysis/analysis.ts';
import { analyseNow } from '../../analysis/index.ts';
import { namesIn } from '../../fixes/places.ts';
import { parse } from '../../syntax/parser.ts';
import type { Tree } from '../../syntax/tree.ts';
import { type ChangeStep, editedTree, type Way } from './change.ts';
import { dropFurtherControllers, rewriteController } from './change-controller.ts';
import { dropExpectations } from './change-expectations.ts';
import { dropRoutes, routeSegments } from './change-host-bridges.ts';
import { dropFirmware, keepCpus, raiseKernel, replaceMachineType } from './change-machine.ts';
import { inlined } from './inlined.ts';
import { type Platform, platformOf } from './platforms.ts';

export interface SpecOn {
  readonly platform: Platform;
  /** All of the spec in one text. */
  readonly text: string;
  readonly tree: Tree;
  /** What was changed to make it possible, one line each; empty: it is the platform of the spec. */
  readonly changes: readonly string[];
}

/** The platform a spec is written for: that of its first controller; undefined where it has none. */
export const platformIn = ({ machine }: Pick<Analysis, 'machine'>): Platform | undefined =>
  machine.controllers[0] && platformOf(machine.controllers[0].type);

/** Machine first, while the controllers still say what it is. */
const STEPS: readonly ChangeStep[] = [
  dropExpectations,
  raiseKernel,
  replaceMachineType,
  dropFirmware,
  keepCpus,
  dropFurtherControllers,
  rewriteController,
  dropRoutes,
  routeSegments,
];

/** The text of a spec for another platform. On its own platform it is the main file as it is. */
export function specOn(analysis: Analysis, sources: Pick<Sources, 'resolve'>, platform: Platform): SpecOn {
  const { machine, files, uri } = analysis;
  const from = platformIn(analysis);
  const main = files.get(uri) ?? parse('');
  if (from === platform) return { platform, text: main.text, tree: main, changes: [] };
  const way: Way = {
    from: from?.type,
    to: platform,
    isSameFamily: from?.family === platform.family && !lacksIts(analysis),
    machine,
    names: namesIn(analysis),
  };
  let tree = inlined(files, sources, uri);
  const changes: string[] = [];
  for (const step of STEPS) {
    const change = step(tree, way);
    if (change === undefined) continue;
    tree = editedTree(tree, change.edits);
    changes.push(change.said);
  }
  return { platform, text: tree.text, tree, changes };
}

/** The analysis of a spec on another platform. */
export function analysisOn(analysis: Analysis, { text, tree, changes }: SpecOn): Analysis {
  if (changes.length === 0) return analysis;
  const { uri } = analysis;
  // All of the spec is in the text; what else lies there, such as a lock file, is about the spec on its own platform.
  const read = (asked: string) => (asked === uri ? { text } : { missing: 'was not read' });
  const resolve = () => ({ refused: 'was not read' });
  return analyseNow({ read, resolve }, uri, undefined, new Map([[uri, tree]]));
}

/** A GICv3 without an ITS is a machine without MSIs, and not what is meant by its family. */
function lacksIts({ machine }: Analysis): boolean {
  const [controller] = machine.controllers;
  return controller?.type === 'gicv3' && controller.itses.length === 0;
}
