import { KeyRound } from 'lucide-react'
import { EmptyState } from '../../components/empty-state.tsx'

/** The page was opened without the token, or with that of a Glancer that was closed since. */
export function NoSession() {
  return (
    <main className="whole">
      <EmptyState alone icon={KeyRound} title="This page needs the address that Glancer printed when it started">
        Look in the terminal where Glancer runs for the line that begins with “Glancer is at”, and open that whole address, with everything
        after the #. A new start of Glancer prints a new one.
      </EmptyState>
    </main>
  )
}
