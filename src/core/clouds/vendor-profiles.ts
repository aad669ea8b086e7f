import type { Tree } from './clouds-yaml.ts'

/** What openstacksdk itself knows of public clouds, as far as signing in goes (its `config/vendors`): the least that stands under `profile`. */
const vendors: Readonly<Record<string, Tree>> = {
  auro: inDefault('https://api.van2.auro.io:5000/v3', { region_name: 'RegionOne' }),
  betacloud: at('https://api-1.betacloud.de:5000', { regions: ['betacloud-1'] }),
  bluebox: { region_name: 'RegionOne' },
  catalyst: { auth: { auth_url: 'https://api.cloud.catalyst.net.nz:5000/v2.0' }, regions: ['nz-por-1', 'nz_wlg_2'] },
  citycloud: at('https://{region_name}.citycloud.com:5000/v3/', { regions: ['Buf1', 'Fra1', 'Lon1', 'Sto2', 'Kna1', 'dx1', 'tky1'] }),
  conoha: {
    auth: { auth_url: 'https://identity.{region_name}.conoha.io' },
    regions: ['sin1', 'sjc1', 'tyo1'],
    identity_api_version: '2',
  },
  dreamcompute: at('https://iad2.dream.io:5000', { region_name: 'RegionOne' }),
  elastx: at('https://ops.elastx.cloud:5000/v3', { region_name: 'se-sto' }),
  entercloudsuite: at('https://api.entercloudsuite.com/', { regions: ['it-mil1', 'nl-ams1', 'de-fra1'] }),
  fuga: inDefault('https://identity.api.fuga.io:5000', { regions: ['cystack'] }),
  ibmcloud: at('https://identity.open.softlayer.com', { regions: ['london'] }),
  internap: at('https://identity.api.cloud.iweb.com', { regions: ['ams01', 'da01', 'nyj01', 'sin01', 'sjc01'] }),
  limestonenetworks: at('https://auth.cloud.lstn.net:5000/v3', { regions: ['us-dfw-1', 'us-slc'] }),
  otc: at('https://iam.{region_name}.otc.t-systems.com/v3', { regions: ['eu-de', 'eu-nl'], interface: 'public' }),
  ovh: inDefault('https://auth.cloud.ovh.net/', {
    regions: [
      ...['BHS', 'BHS1', 'BHS3', 'BHS5', 'DE', 'DE1', 'GRA', 'GRA1', 'GRA5', 'GRA7'],
      ...['SBG', 'SBG1', 'SBG5', 'UK', 'UK1', 'WAW', 'WAW1', 'SYD1', 'SGP1'],
    ],
  }),
  'ovh-us': inDefault('https://auth.cloud.ovh.us/', { regions: ['US-EAST-VA-1'] }),
  rackspace: {
    auth: { auth_url: 'https://identity.api.rackspacecloud.com/v2.0/' },
    regions: ['DFW', 'HKG', 'IAD', 'ORD', 'SYD', 'LON'],
  },
  switchengines: at('https://keystone.cloud.switch.ch:5000/v3', { regions: ['LS', 'ZH'] }),
  ultimum: at('https://console.ultimum-cloud.com:5000/', {}),
  unitedstack: at('https://identity.api.ustack.com/v3', { regions: ['bj1', 'gd1'] }),
  zetta: at('https://identity.api.zetta.io/v3', { regions: ['no-osl1'] }),
}

function at(url: string, more: Tree): Tree {
  return { auth: { auth_url: url }, identity_api_version: '3', ...more }
}

function inDefault(url: string, more: Tree): Tree {
  return {
    auth: { auth_url: url, user_domain_name: 'Default', project_domain_name: 'Default' },
    identity_api_version: '3',
    ...more,
  }
}

export function vendorProfile(name: string): Tree | null {
  return Object.hasOwn(vendors, name) ? (vendors[name] ?? null) : null
}
