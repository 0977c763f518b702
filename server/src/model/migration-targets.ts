/** The specs that the scenarios of a spec migrate to, each read once. */
import type { Tree } from '../syntax/tree.ts';
import type { Declared } from './declared.ts';
import { loadFiles } from './includes.ts';
import type { MigrationTarget, Version } from './machine.ts';
import { followPath, quoted } from './paths.ts';
import type { ModelProblem } from './problem.ts';
import { kernelOf } from './resolve-machine.ts';
import type { Sources } from './sources.ts';
import { type Guest, resolveSpec, type Spec } from './spec.ts';
import { asText } from './values.ts';

/** The machine of a spec, with a guest's kernel in place of its own: what that guest would migrate to. */
export function migrationTarget(sources: Sources, uri: string, guest: Guest): MigrationTarget {
  const spec = resolveSpec(loadFiles(sources, uri), undefined, guest);
  return { uri, machine: spec.machine, os: osOf(spec) };
}

/** A spec that is migrated to. */
export interface TargetSpec {
  readonly uri: string;
  readonly spec: Spec;
  readonly target: MigrationTarget;
  /** What its machine was made for. */
  readonly guest: Guest;
}

export interface MigrationTargets {
  /** By the file they begin in. */
  readonly specs: ReadonlyMap<string, TargetSpec>;
  /** The spec a `migrate` leads to; undefined where it cannot be read or is no machine: that is a problem already. */
  readonly of: (migrate: Declared) => TargetSpec | undefined;
  /** A file is not there yet. */
  readonly pending: () => boolean;
}

/**
 * Reads targets as they are asked for. Their own scenarios do not matter, so two specs may migrate to each other.
 * @param fromUri the file that a block stands in
 * @param known trees parsed before
 * @param previous targets of an earlier build: those of which no file has changed are taken as they are
 */
export function migrationTargets(
  sources: Sources,
  guest: Guest,
  fromUri: (decl: Declared) => string,
  known: ReadonlyMap<string, Tree>,
  previous: ReadonlyMap<string, TargetSpec> | undefined,
  problems: ModelProblem[],
): MigrationTargets {
  const specs = new Map<string, TargetSpec>();
  let pending = false;

  const read = (uri: string): TargetSpec => {
    const before = previous?.get(uri);
    const loaded = loadFiles(sources, uri, known);
    pending ||= loaded.pending;
    if (before !== undefined && sameTrees(loaded.files, before.spec.files) && sameGuest(guest, before.guest))
      return before;
    const spec = resolveSpec(loaded, before?.spec, guest);
    return { uri, spec, target: { uri, machine: spec.machine, os: osOf(spec) }, guest };
  };

  const of = (migrate: Declared): TargetSpec | undefined => {
    const path = asText(migrate.values.get('to'));
    if (path === undefined) return undefined;
    const refuse = (reason: string, replacement?: string): undefined => {
      problems.push({
        rule: 'include-outside',
        at: { decl: migrate, part: { value: 'to' } },
        message: `${quoted(path)} ${reason}`,
        facts: { path },
        ...(replacement === undefined ? {} : { replacement }),
      });
    };
    const followed = followPath(sources, fromUri(migrate), path);
    if ('refused' in followed) return refuse(followed.refused, followed.replacement);
    const { uri } = followed;
    const content = sources.read(uri);
    if (content === 'pending') {
      pending = true;
      return undefined;
    }
    if ('missing' in content) return refuse(content.missing);
    const found = specs.get(uri) ?? read(uri);
    specs.set(uri, found);
    return found.target.machine.complete
      ? found
      : refuse('describes no machine to migrate to: it has neither `machine` nor `host-bridge`');
  };
  return { specs, of, pending: () => pending };
}

/** The kernel that the spec itself names. */
function osOf({ names }: Spec): Version | undefined {
  return names.machine?.values.has('os') ? kernelOf(names.machine, []) : undefined;
}

function sameTrees(a: ReadonlyMap<string, Tree>, b: ReadonlyMap<string, Tree>): boolean {
  if (a.size !== b.size) return false;
  for (const [uri, tree] of a) if (b.get(uri) !== tree) return false;
  return true;
}

function sameGuest(a: Guest, b: Guest): boolean {
  return (
    a.os.major === b.os.major &&
    a.os.minor === b.os.minor &&
    a.firmware === b.firmware &&
    a.pageSizeBytes === b.pageSizeBytes &&
    a.kernelOptions.msi === b.kernelOptions.msi &&
    a.kernelOptions.hotplugBusSize === b.kernelOptions.hotplugBusSize
  );
}
