// How a command ends without success: words for stderr and the exit code. Docker's codes: 125 for the command line itself
// and daemon errors of `run`, 126 and 127 for commands that cannot be started, 1 for everything else.

export class CliError extends Error {
  override readonly name = "CliError";
  /** 1 to 255. */
  readonly exitCode: number;

  /** An empty message prints nothing. */
  constructor(message: string, exitCode = 1, options?: { cause?: unknown }) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
