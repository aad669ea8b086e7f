import { join } from 'node:path'

/** Where to look; given, so that nothing here reads the process. */
export interface Places {
  env: Readonly<Record<string, string | undefined>>
  homeDir: string
  cwd: string
  /** Of this computer, unless said. */
  platform?: NodeJS.Platform
}

const endings = ['.yaml', '.yml', '.json']

/** The folders of openstacksdk, in its order: here, the person's, the computer's. */
export function cloudFolders({ env, homeDir, cwd, platform = process.platform }: Places): string[] {
  const [own, site] =
    platform === 'darwin'
      ? [join(homeDir, 'Library/Application Support/openstack'), '/Library/Application Support/openstack']
      : platform === 'win32'
        ? [
            join(env.LOCALAPPDATA || join(homeDir, 'AppData', 'Local'), 'OpenStack', 'openstack'),
            join(env.PROGRAMDATA || 'C:\\ProgramData', 'OpenStack', 'openstack'),
          ]
        : [join(env.XDG_CONFIG_HOME || join(homeDir, '.config'), 'openstack'), join(xdgSite(env), 'openstack')]
  const unix = join(env.SNAP_REAL_HOME || homeDir, '.config', 'openstack')
  return [...new Set([cwd, own, unix, site, '/etc/openstack'])]
}

function xdgSite(env: Places['env']): string {
  return env.XDG_CONFIG_DIRS?.split(':').find((dir) => dir !== '') ?? '/etc/xdg'
}

/** Every path at which a file of this kind may be, the first that is there being the one. */
export function candidates(places: Places, name: 'clouds' | 'secure' | 'clouds-public'): string[] {
  const given = {
    clouds: places.env.OS_CLIENT_CONFIG_FILE,
    secure: places.env.OS_CLIENT_SECURE_FILE,
    'clouds-public': places.env.OS_CLIENT_VENDOR_FILE,
  }[name]
  return [...(given ? [given] : []), ...cloudFolders(places).flatMap((folder) => endings.map((ending) => join(folder, name + ending)))]
}
