import { bridge } from '../../stores/core.ts'
import { showCloud } from '../../stores/ui.ts'

/** Signs in and shows the cloud. How it went stands at the cloud itself, from the core. */
export async function signIn(cloudId: string): Promise<void> {
  showCloud(cloudId)
  await bridge.call('clouds.signIn', { cloudId }).catch(() => {})
}
