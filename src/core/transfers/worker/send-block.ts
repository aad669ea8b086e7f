import type { Block } from './block-ring.ts'
import type { JobContext } from './job-context.ts'
import type { Put } from './put.ts'

/**
 * Hands one block to the socket, in pieces where the rate is limited, and waits until there is room for more.
 * @param sent bytes before this block
 * @param taken called when the kernel has all of the block; whoever fills it next may do so from then on
 * @returns bytes with this block
 */
export async function sendBlock(
  block: Block,
  sent: number,
  put: Pick<Put, 'write'>,
  context: JobContext,
  taken: () => void,
): Promise<number> {
  const { length } = block
  for (let offset = 0; offset < length; ) {
    const end = Math.min(length, offset + context.rate.piece(length))
    await context.waitFor('rate', context.rate.pass(end - offset))
    const last = end === length
    const drained = put.write(block.bytes.subarray(offset, end), () => {
      context.moved(sent + end)
      if (last) taken()
    })
    if (drained !== null) await context.waitFor('network', drained)
    offset = end
  }
  return sent + length
}
