import { describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { RULES } from '../../../server/src/rules/index.ts';
import { irqtopo } from './terminal.ts';

const ran = (...args: string[]) => irqtopo('/', args);

describe('irqtopo', () => {
  it('says its version', async () => {
    expect(await ran('--version')).toEqual({ code: 0, out: `${packageJson.version}\n`, err: '' });
  });
  it('helps with examples', async () => {
    const { code, out } = await ran('--help');
    expect(code).toBe(0);
    expect(out).toContain('irqtopo check --format github');
    expect(out).toContain('Exit codes: 0');
  });
  it.each([
    [['chek'], "unknown command 'chek'"],
    [['check', '--formt', 'json'], "unknown option '--formt'"],
    [['check', '--format', 'xml'], "argument 'xml' is invalid"],
    [['show'], "missing required argument 'FILE'"],
    [['lsp'], "required option '--stdio' not specified"],
  ])('answers %j with what is wrong and exit code 2', async (args, message) => {
    const { code, out, err } = await ran(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });
  it('corrects a misspelt command', async () => {
    expect((await ran('chek')).err).toContain('Did you mean check?');
  });
});

describe('irqtopo explain', () => {
  it('has a page for every rule', async () => {
    for (const { id } of RULES) {
      const { code, out } = await ran('explain', id);
      expect({ id, code, title: out.split('\n')[0] }).toEqual({ id, code: 0, title: `# ${id}` });
    }
  });
  it('lists all rules when none is named', async () => {
    const { code, out } = await ran('explain');
    expect(code).toBe(0);
    const lines = out.split('\n');
    for (const { id, title } of RULES)
      expect(lines.filter((line) => line.startsWith(`  ${id} `) && line.endsWith(title))).toHaveLength(1);
  });
  it('names the nearest rule when there is none of that name', async () => {
    expect(await ran('explain', 'itt-exausted')).toEqual({
      code: 2,
      out: '',
      err: 'irqtopo: there is no rule itt-exausted. Did you mean itt-exhausted?\n',
    });
    expect((await ran('explain', 'constructor')).code).toBe(2);
  });
});
