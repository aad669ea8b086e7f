import { useEffect } from 'react'
import { toast } from '../../components/toasts.tsx'
import { useData } from '../../stores/data.ts'
import { useUi } from '../../stores/ui.ts'
import { showCheck } from './actions.ts'
import { checkLook, isOpen } from './words.ts'

/** Tells of checks that end while their dialog is closed. */
export function useCheckToasts(): void {
  useEffect(
    () =>
      useData.subscribe((now, before) => {
        if (now.checks === before.checks) return
        for (const check of now.checks.values()) {
          const old = before.checks.get(check.id)
          if (old === undefined || !isOpen(old) || isOpen(check) || check.state === 'stopped') continue
          const { dialog } = useUi.getState()
          if (dialog?.kind === 'check' && dialog.checkId === check.id) continue
          const { word, shape, tone, says } = checkLook(check)
          toast(`${check.fileName} and ${check.imageName}: ${word === 'Equal' ? 'equal' : `${word.toLowerCase()}: ${says}`}`, {
            shape,
            tone,
            action: { label: 'Show', run: () => showCheck(check) },
          })
        }
      }),
    [],
  )
}
