/** One spec that a command is about. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Analysis } from '../analysis/analysis.ts';
import { analyseNow } from '../analysis/index.ts';
import { nodeSources, projectRootOf } from '../host/node-sources.ts';
import type { Sources } from '../model/sources.ts';
import { displayPath } from './specs.ts';
import type { Terminal } from './terminal.ts';

export interface ReadSpec {
  /** As it is called in output. */
  readonly path: string;
  readonly absolute: string;
  readonly sources: Sources;
  readonly analysis: Analysis;
}

/** Reads and analyses a spec that describes a machine. Undefined where there is none: that is said on the terminal. */
export function readSpec(file: string, terminal: Terminal): ReadSpec | undefined {
  const absolute = resolve(terminal.cwd, file);
  const path = displayPath(absolute, terminal.cwd);
  const refuse = (reason: string): undefined => {
    terminal.err(`irqtopo: ${path} ${reason}\n`);
  };
  const uri = pathToFileURL(absolute).href;
  const sources = nodeSources(projectRootOf(uri));
  const content = sources.read(uri);
  if (content !== 'pending' && 'missing' in content) return refuse(content.missing);
  const analysis = analyseNow(sources, uri);
  if (!analysis.machine.complete) return refuse('describes no machine: it has neither `machine` nor `host-bridge`');
  return { path, absolute, sources, analysis };
}
