/** `irqtopo show --what-if`: scenarios beside what they would be in other models of the life of an ITS's events. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { analyseNow } from '../../analysis/index.ts';
import { nodeSources, projectRootOf } from '../../host/node-sources.ts';
import { whatIfText } from '../../ide/what-if-text.ts';
import { nearest } from '../../model/nearest.ts';
import { WHAT_IFS } from '../../timeline/what-if.ts';
import { displayPath } from '../specs.ts';
import { CLEAN, type ExitCode, type Terminal, UNUSABLE } from '../terminal.ts';

const ALL = 'all';

/** @param models names of models; `all` means each */
export function showWhatIf(file: string, models: readonly string[], terminal: Terminal): ExitCode {
  const absolute = resolve(terminal.cwd, file);
  const path = displayPath(absolute, terminal.cwd);
  const names: readonly string[] = WHAT_IFS.map(({ model }) => model);
  const unknown = models.find((name) => name !== ALL && !names.includes(name));
  if (unknown !== undefined) {
    const near = nearest(unknown, names);
    const hint = near === undefined ? `They are ${names.join(', ')}` : `Did you mean ${near}?`;
    terminal.err(`irqtopo: there is no model ${unknown}. ${hint}\n`);
    return UNUSABLE;
  }
  const refuse = (reason: string): ExitCode => {
    terminal.err(`irqtopo: ${path} ${reason}\n`);
    return UNUSABLE;
  };
  const uri = pathToFileURL(absolute).href;
  const sources = nodeSources(projectRootOf(uri));
  const content = sources.read(uri);
  if (content !== 'pending' && 'missing' in content) return refuse(content.missing);
  const analysis = analyseNow(sources, uri);
  if (!analysis.machine.complete) return refuse('describes no machine: it has neither `machine` nor `host-bridge`');
  const chosen = WHAT_IFS.map(({ model }) => model).filter((model) => models.includes(ALL) || models.includes(model));
  terminal.out(whatIfText(analysis, chosen));
  return CLEAN;
}
