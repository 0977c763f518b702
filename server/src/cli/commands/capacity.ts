/** `irqtopo capacity`: how many more of what may be plugged in fit. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CapacityReport, Relief } from '../../analysis/capacity.ts';
import { analyseNow, machineCapacity } from '../../analysis/index.ts';
import { nodeSources, projectRootOf } from '../../host/node-sources.ts';
import { capacityText } from '../../ide/capacity-text.ts';
import { hostBridgeName } from '../../pci/bus.ts';
import { displayPath } from '../specs.ts';
import { CLEAN, type ExitCode, type Terminal, UNUSABLE } from '../terminal.ts';

/** A change that breaks a reader of `--format json` changes this. */
const VERSION = 1;

/** Prints how many more fit after the boot, which resource stops the next one, and what would help. */
export function capacity(file: string, format: 'pretty' | 'json', terminal: Terminal): ExitCode {
  const absolute = resolve(terminal.cwd, file);
  const path = displayPath(absolute, terminal.cwd);
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
  const report = machineCapacity(analysis, sources);
  terminal.out(format === 'json' ? toJson(report, path) : capacityText(report));
  return CLEAN;
}

function toJson({ candidates, rootPorts, guests }: CapacityReport, spec: string): string {
  const document = {
    version: VERSION,
    spec,
    candidates: candidates.map(({ node, declared, fit, work, stop, workStop, below, first, relief, orders }) => ({
      name: node.name,
      type: node.type,
      declared,
      fit,
      work,
      stop,
      workStop,
      below,
      first,
      orders: orders && { least: orders.least, most: orders.most, exact: orders.exact },
      relief: reliefJson(relief),
    })),
    rootPorts: rootPorts.map((ports) => ({
      hostBridge: hostBridgeName(ports.hostBridge),
      expander: ports.expander?.name,
      fit: ports.fit,
      present: ports.present,
      inOwnSlots: ports.inOwnSlots,
      stop: ports.stop,
      buses: { inUse: ports.busesUsed, withPorts: ports.busesThen, total: ports.busesTotal },
      ecamMiB: { withPorts: ports.ecamThenMiB, total: ports.ecamMiB },
      relief: reliefJson(ports.relief),
    })),
    guests: guests ?? null,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const reliefJson = (relief: Relief | undefined) => relief ?? null;
