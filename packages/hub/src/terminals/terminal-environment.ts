/** Says to a shell that it runs in another's terminal or inside one of agor's agents; ours is neither. */
const NOT_PASSED =
  /^(?:AGOR_(?!PROVIDERS_DIR$).*|TERM|TERM_PROGRAM.*|COLUMNS|LINES|TMUX.*|STY|WINDOWID|VTE_VERSION|OLDPWD|PWD|SHLVL|_)$/;

/** What a terminal's shell gets of the person's login environment. The pty host adds what every terminal has, and the marks of its own. */
export function terminalEnvironment(base: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(base).filter(([name]) => !NOT_PASSED.test(name))),
    TERM_PROGRAM: 'agor',
  };
}
