/** Says to a shell that it runs in another's terminal, or inside one of agor's agents; ours is neither. */
const NOT_PASSED =
  /^(?:AGOR_(?!PROVIDERS_DIR$).*|TERM|TERM_PROGRAM.*|COLUMNS|LINES|TMUX.*|STY|WINDOWID|VTE_VERSION|OLDPWD|PWD|SHLVL|_)$/;

/** What a terminal's shell starts with: the person's login environment, and the marks by which its processes are found again. */
export function terminalEnvironment(
  base: Readonly<Record<string, string>>,
  marks: { readonly id: string; readonly mark: string },
): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(base).filter(([name]) => !NOT_PASSED.test(name))),
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
    TERM_PROGRAM: 'agor',
    AGOR_SESSION: marks.id,
    AGOR_MARK: marks.mark,
  };
}
