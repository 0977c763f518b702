/** The command line: which words mean which command. What a command needs is loaded when it runs. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../../package.json' with { type: 'json' };
import { CLEAN, type ExitCode, type Terminal, UNUSABLE } from './terminal.ts';
import type { Shard } from './test-report.ts';

const EXAMPLES = `
Examples:
  irqtopo check                             check every .irqtopo file below this folder
  irqtopo check board.irqtopo               check one spec and what it includes
  irqtopo check --format github             annotate a pull request
  irqtopo check --format sarif >out.sarif   for code scanning
  irqtopo test                              run every scenario below this folder, as tests
  irqtopo test --format junit --shard 1/4   a quarter of them, for CI
  irqtopo show board.irqtopo                who gets which DeviceID, events and LPIs
  irqtopo show board.irqtopo --as all       the same PCI tree on each interrupt controller, side by side
  irqtopo show board.irqtopo --what-if all  the scenarios, were blocks of MSI messages freed otherwise
  irqtopo capacity board.irqtopo            how many more devices and root ports fit, and what stops them
  irqtopo diff old.irqtopo new.irqtopo      whose numbers change, and whether a guest could migrate
  irqtopo lock board.irqtopo                write them down; check reports what changes from then on
  irqtopo explain itt-exhausted             why that fails on the machine, and the way out
  irqtopo lsp --stdio                       the language server, for any editor

Exit codes: 0 nothing wrong, 1 an error was found or a test failed, 2 wrong usage or input that cannot be read.
`;

interface ShowOptions {
  readonly as?: readonly string[];
  readonly whatIf?: readonly string[];
  readonly json?: boolean;
}

/** `a,b` and `--as a --as b` mean the same. */
const listed = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text.split(',').map((word) => word.trim()),
];

/**
 * Runs one command.
 * @param args what stands after `irqtopo`
 * @returns the exit code; a rejected promise is a bug
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  let code: ExitCode = CLEAN;
  const program = new Command('irqtopo')
    .description('Checks interrupt topologies: does every device get its MSI and MSI-X vectors, and if not, why?')
    .version(packageJson.version)
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('Try `irqtopo --help`.')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride();

  program
    .command('check')
    .description('say what fails on the machines these specs describe, and why')
    .argument('[PATH...]', 'specs, or folders to look for .irqtopo files in (default: this folder)')
    .addOption(
      new Option('--format <FORMAT>', 'how to say it').choices(['pretty', 'json', 'sarif', 'github']).default('pretty'),
    )
    .action(async (paths: string[], { format }: { format: 'pretty' | 'json' | 'sarif' | 'github' }) => {
      const { check } = await import('./commands/check.ts');
      code = await check(paths, format, terminal);
    });

  program
    .command('test')
    .description('run the scenarios of these specs, and what their functions expect at boot, as tests')
    .argument('[PATH...]', 'specs, or folders to look for .irqtopo files in (default: this folder)')
    .addOption(new Option('--format <FORMAT>', 'how to say it').choices(['pretty', 'tap', 'junit']).default('pretty'))
    .addOption(new Option('--shard <I/N>', 'only the I-th of N parts of all tests').argParser(shardOf))
    .action(async (paths: string[], { format, shard }: { format: 'pretty' | 'tap' | 'junit'; shard?: Shard }) => {
      const { test } = await import('./commands/test.ts');
      code = await test(paths, format, shard, terminal);
    });

  program
    .command('show')
    .description('print the allocation: function, requester ID, DeviceID and by which alias, ITT, events, LPIs')
    .argument('<FILE>', 'a spec')
    .option(
      '--as <TYPE>',
      'the same PCI tree on another interrupt controller, with its defaults; several (gicv3,x86-apic) or "all" are compared',
      listed,
    )
    .option(
      '--what-if <MODEL>',
      'the scenarios, were an ITS\'s events to live otherwise than in Linux: bulk, four-phase, or "all" of them',
      listed,
    )
    .option('--json', 'as JSON')
    .action(async (file: string, { as = [], whatIf = [], json = false }: ShowOptions) => {
      const { show } = await import('./commands/show.ts');
      const { showWhatIf } = await import('./commands/what-if.ts');
      code = whatIf.length > 0 ? showWhatIf(file, whatIf, terminal) : show(file, as, json, terminal);
    });

  program
    .command('capacity')
    .description(
      'say how many more of each hotplug candidate, and of root ports, the machine holds, and what stops the next',
    )
    .argument('<FILE>', 'a spec')
    .addOption(new Option('--format <FORMAT>', 'how to say it').choices(['pretty', 'json']).default('pretty'))
    .action(async (file: string, { format }: { format: 'pretty' | 'json' }) => {
      const { capacity } = await import('./commands/capacity.ts');
      code = capacity(file, format, terminal);
    });

  program
    .command('diff')
    .description('say whose addresses and interrupt numbers differ between two specs, and what breaks a migration')
    .argument('<A>', 'a spec; FILE#SNAPSHOT or FILE#SCENARIO for a moment other than the end of the boot')
    .argument('<B>', 'another one, or another moment')
    .addOption(new Option('--format <FORMAT>', 'how to say it').choices(['pretty', 'json']).default('pretty'))
    .action(async (a: string, b: string, { format }: { format: 'pretty' | 'json' }) => {
      const { diff } = await import('./commands/diff.ts');
      code = diff(a, b, format, terminal);
    });

  program
    .command('lock')
    .description('write addresses and interrupt numbers to FILE.lock; from then on `check` reports what changes')
    .argument('<FILE...>', 'specs')
    .option('--diff', 'write nothing: print what would change, with exit code 1 if anything would')
    .action(async (files: string[], { diff = false }: { diff?: boolean }) => {
      const { lock } = await import('./commands/lock.ts');
      code = lock(files, diff, terminal);
    });

  program
    .command('explain')
    .description("print a rule's page; without RULE, the list of all rules")
    .argument('[RULE]', 'the code of a diagnostic, such as itt-exhausted')
    .action(async (rule: string | undefined) => {
      const { explain } = await import('./commands/explain.ts');
      code = explain(rule, terminal);
    });

  program
    .command('lsp')
    .description('start the language server')
    .requiredOption('--stdio', 'talk over standard input and output')
    .action(async () => {
      await import('../lsp/node.ts');
    });

  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    // Commander has said what is wrong; --help and --version end here, too, with code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? CLEAN : UNUSABLE;
    throw error;
  }
  return code;
}

function shardOf(text: string): Shard {
  const [, index, count] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text)?.map(Number) ?? [];
  if (index === undefined || count === undefined || index > count) {
    throw new InvalidArgumentError('It is a part and how many there are, such as 1/4.');
  }
  return { index, count };
}
