/** What makes the real Claude CLI talk to the stand-in and to nobody else; for the environment of `agor serve`. */
export function claudeEnv(standInUrl: string): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: standInUrl,
    ANTHROPIC_API_KEY: 'sk-ant-dummy-key-of-a-test',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '1',
  };
}
