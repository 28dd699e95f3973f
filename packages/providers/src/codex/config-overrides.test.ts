import { expect, test } from 'bun:test';
import { overridesOf, toml } from './config-overrides.ts';

test('values are written as TOML reads them', () => {
  expect(toml('a "quoted" \\ path\nline\u007f')).toBe('"a \\"quoted\\" \\\\ path\\nline\\u007f"');
  expect(toml([1, 2.5, true, 'x'])).toBe('[1, 2.5, true, "x"]');
  expect(toml({ plain: 1, 'with space': { deep: ['/a'] } })).toBe('{plain = 1, "with space" = {deep = ["/a"]}}');
});

/** What Bun's own TOML reader makes of the arguments. */
function read(args: readonly string[]): Record<string, unknown> {
  const pairs = args.filter((_, index) => index % 2 === 1);
  return Bun.TOML.parse(pairs.join('\n')) as Record<string, unknown>;
}

test('entries become overrides that a TOML reader understands, ours give way to those of the settings', () => {
  const { args } = overridesOf({ model: 'gpt-5.5', tools: { web_search: true }, notify: ['a b', "it's"] });
  expect(args.filter((_, index) => index % 2 === 0).every((flag) => flag === '-c')).toBe(true);
  expect(read(args)).toEqual({
    features: { plugins: false },
    check_for_update_on_startup: false,
    model: 'gpt-5.5',
    tools: { web_search: true },
    notify: ['a b', "it's"],
  });
  expect(overridesOf({ features: { plugins: true } }).args).not.toContain('features.plugins=false');
  expect(overridesOf({ 'features.plugins': true }).args).toContain('features.plugins=true');
});

test('secrets never reach the command line; names of variables do', () => {
  const provider = {
    base_url: 'https://models.example',
    env_key: 'MY_KEY',
    experimental_bearer_token: 'secret-1',
    http_headers: { 'X-Team': 'secret-2' },
    env_http_headers: { 'X-Key': 'MY_HEADER' },
  };
  const config = {
    model_providers: { mine: provider },
    mcp_servers: { tools: { command: 'tools', env: { TOOL: 'secret-3' }, bearer_token_env_var: 'MY_TOKEN' } },
    'shell_environment_policy.set': { A: 'secret-4' },
    api_key: 'secret-5',
    model_auto_compact_token_limit: 1000,
  };
  const { args, secrets } = overridesOf(config);
  const line = args.join(' ');
  expect(line).not.toContain('secret-');
  for (const open of ['MY_KEY', 'MY_HEADER', 'MY_TOKEN', 'https://models.example', '1000'])
    expect(line).toContain(open);
  expect(secrets).toEqual({
    'model_providers.mine.experimental_bearer_token': 'secret-1',
    'model_providers.mine.http_headers': { 'X-Team': 'secret-2' },
    'mcp_servers.tools.env': { TOOL: 'secret-3' },
    'shell_environment_policy.set': { A: 'secret-4' },
    api_key: 'secret-5',
  });
});
