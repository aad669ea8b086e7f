/** A refusal in Keystone's form: `{"error": {"code", "message", "title"}}`. */
export class IdentityError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'IdentityError'
    this.status = status
  }
}

/** The same for every kind of wrong name or password, so that nobody learns which it was. */
export function unauthorized(): IdentityError {
  return new IdentityError(401, 'The request you have made requires authentication.')
}

export function malformed(what: string): IdentityError {
  return new IdentityError(
    400,
    `${what} The server could not comply with the request since it is either malformed or otherwise incorrect. The client is assumed to be in error.`,
  )
}
