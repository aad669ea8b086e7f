import { safeStorage } from 'electron'
import type { KeyRing } from '../core/ports.ts'

/** The key rings that Electron can use on Linux, as people know them. The others (`basic_text`, `unknown`) protect nothing: their key is no secret. */
const linuxNames: Readonly<Record<string, string>> = {
  gnome_libsecret: 'the GNOME key ring',
  kwallet: 'KWallet',
  kwallet5: 'KWallet',
  kwallet6: 'KWallet',
}

/** The system's key ring, through Electron's asynchronous interface. Asked only once the app is ready. */
export function systemKeyRing(platform: NodeJS.Platform): KeyRing {
  return {
    name: async () => {
      if (!(await safeStorage.isAsyncEncryptionAvailable())) return null
      if (platform === 'darwin') return 'the Keychain'
      if (platform === 'win32') return 'Windows (for this user)'
      return linuxNames[safeStorage.getSelectedStorageBackend()] ?? null
    },
    seal: async (text) => await safeStorage.encryptStringAsync(text),
    open: async (sealed) => {
      const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(sealed))
      return { text: result, stale: shouldReEncrypt }
    },
  }
}
