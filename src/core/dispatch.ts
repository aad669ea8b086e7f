import { GlancerError, toErrorShape } from '../shared/errors.ts'
import { type Answer, type CommandName, commands, isCommandName, type Output, type ParsedInput } from '../shared/protocol.ts'

/** One function for every command of the protocol; the compiler asks for each. */
export type Handlers = { [N in CommandName]: (input: ParsedInput<N>) => Promise<Output<N>> }

/**
 * The trusted side's one door: looks the name up, parses the argument by the command's own schema, runs the handler, and turns whatever it
 * throws into an answer. Never rejects, never runs a handler with an argument that did not parse.
 */
export function createDispatcher(
  handlers: Handlers,
  log: (text: string) => void,
): (name: unknown, input: unknown) => Promise<Answer<unknown>> {
  return async (name, input) => {
    if (!isCommandName(name)) {
      return failed(new GlancerError('unknown-command', 'This command does not exist.', { detail: String(name).slice(0, 100) }))
    }
    try {
      return { ok: true, value: await invoke(handlers, name, input) }
    } catch (thrown) {
      // What was said to the person is on the page; what went wrong in the product itself also belongs in the log.
      if (!(thrown instanceof GlancerError)) log(`${name}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`)
      return failed(thrown)
    }
  }
}

async function invoke<N extends CommandName>(handlers: Handlers, name: N, input: unknown): Promise<Output<N>> {
  const parsed = parseInput(name, input)
  return await handlers[name](parsed)
}

function parseInput<N extends CommandName>(name: N, input: unknown): ParsedInput<N> {
  const schema: (typeof commands)[N]['input'] = commands[name].input
  const parsed = schema.safeParse(input)
  if (parsed.success) return parsed.data as ParsedInput<N>
  const first = parsed.error.issues[0]
  const where = first === undefined || first.path.length === 0 ? '' : `${first.path.join('.')}: `
  throw new GlancerError('bad-argument', 'The argument of this command is not right.', {
    detail: `${name}: ${where}${first?.message ?? ''}`,
  })
}

function failed(thrown: unknown): Answer<never> {
  return { ok: false, error: toErrorShape(thrown) }
}
