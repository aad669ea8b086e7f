import { bridge } from '../../stores/core.ts'
import { useData } from '../../stores/data.ts'
import { showCloud } from '../../stores/ui.ts'

/** Signs in and shows the cloud. How it went stands at the cloud itself, from the core. */
export async function signIn(cloudId: string): Promise<void> {
  showCloud(cloudId)
  try {
    const cloud = await bridge.call('clouds.signIn', { cloudId })
    if (cloud.state.kind === 'signed-in' && !useData.getState().settings.started) await bridge.call('app.changeSettings', { started: true })
  } catch {
    // The cloud's state tells.
  }
}
