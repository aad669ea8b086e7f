import { Toast } from '@base-ui/react/toast'
import { X } from 'lucide-react'
import { Button, IconButton } from './button.tsx'
import { Shape, type ShapeName, type Tone } from './shape.tsx'

interface ToastData {
  shape: ShapeName
  tone: Tone
  action?: { label: string; run(): void }
}

const manager = Toast.createToastManager<ToastData>()
const SHOWN_MS = 6000

/** One line at the bottom right. A failure stays until it is closed. Nothing is said only here. */
export function toast(text: string, data: ToastData): void {
  // Never of high priority: such a one is hidden from screen readers while its buttons can still be reached.
  manager.add({ title: text, timeout: data.tone === 'danger' ? 0 : SHOWN_MS, data, priority: 'low' })
}

export function toastFailure(text: string): void {
  toast(text, { shape: 'stop', tone: 'danger' })
}

export function Toasts() {
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList() {
  const { toasts, close } = Toast.useToastManager<ToastData>()
  return toasts.map((item) => (
    <Toast.Root key={item.id} toast={item} className="toast" swipeDirection={[]}>
      {item.data !== undefined && <Shape name={item.data.shape} tone={item.data.tone} />}
      <Toast.Title className="grow" render={<span />} />
      {item.data?.action !== undefined && (
        <Button
          kind="quiet"
          small
          className="accent"
          onClick={() => {
            item.data?.action?.run()
            close(item.id)
          }}
        >
          {item.data.action.label}
        </Button>
      )}
      <IconButton small icon={X} label="Close" onClick={() => close(item.id)} />
    </Toast.Root>
  ))
}
