/** How long it takes until something can be asked. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Figures, figuresOf } from './figures.ts';
import { startServer } from './server.ts';

export interface StartUp {
  readonly what: string;
  readonly figures: Figures;
}

/** Starts everything in turn, `rounds` times. */
export async function measureStartUp(root: string, rounds: number): Promise<readonly StartUp[]> {
  const cli = join(root, 'dist', 'cli.cjs');
  const sample = join(root, 'samples', 'clean-virt.irqtopo');
  const process =
    (...args: string[]) =>
    async () =>
      timeOfProcess(args);
  const server =
    (...args: string[]) =>
    async () => {
      const started = await startServer(args);
      await started.stop();
      return started.startMs;
    };
  const all: readonly { readonly what: string; readonly once: () => Promise<number>; readonly times: number[] }[] = [
    { what: '`node -e 0`', once: process('-e', '0'), times: [] },
    { what: '`irqtopo --version`', once: process(cli, '--version'), times: [] },
    { what: '`irqtopo check samples/clean-virt.irqtopo`', once: process(cli, 'check', sample), times: [] },
    { what: '`irqtopo lsp --stdio` to the answer to initialize', once: server(cli, 'lsp', '--stdio'), times: [] },
    {
      what: 'the do-nothing server to the answer to initialize',
      once: server(join(root, 'test', 'bench', 'do-nothing-server.mjs')),
      times: [],
    },
  ];
  for (let round = 0; round < rounds; round++) for (const { once, times } of all) times.push(await once());
  return all.map(({ what, times }) => ({ what, figures: figuresOf(times) }));
}

function timeOfProcess(args: readonly string[]): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - started;
}
