/** The person interrupted the turn, or the runner ends. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The turn can't go on, for a reason that the person is told. */
export class TurnFailed extends Error {
  override readonly name = 'TurnFailed';
}
