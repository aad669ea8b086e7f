/** A cloud in a region as both sides resolve it, in one form. */
export interface Resolved {
  name: string
  region: string | null
  interface: string
  override: string | null
  /** True, false, or the CA file. */
  verify: boolean | string
  cert: string | null
  key: string | null
  /** Where the sign-in goes, and what it says; null where nobody signs in. */
  url: string | null
  body: unknown
  /** Without Keystone. */
  endpoint: string | null
  token: string | null
}

export interface ConfigCase {
  name: string
  /** By path: `cwd/…`, `home/…`, or any other folder of the sandbox. `SANDBOX` in a text is its path. */
  files?: Readonly<Record<string, string>>
  env?: Readonly<Record<string, string>>
  /** Where we mean to differ: what is ours then, and why. Clouds that only we have are given whole by `only`. */
  differs?: { why: string; ours: Readonly<Record<string, Partial<Resolved> | 'refused' | 'there'>> }
}

/** An entry of a clouds.yaml: these lines at its top, those in `auth`, with what most have. */
function entry(name: string, auth: readonly string[], top: readonly string[] = [], whole = false): string {
  const usual = whole ? [] : ['auth_url: https://id.example:5000/v3', 'username: ada', 'password: pw', 'user_domain_name: Default']
  return `  ${name}:\n${top.map((line) => `    ${line}\n`).join('')}    auth:\n${[...usual, ...auth].map((line) => `      ${line}\n`).join('')}`
}
const yaml = (...entries: readonly string[]): string => `clouds:\n${entries.join('')}`
const inDemo = ['project_name: demo', 'project_domain_name: Default']
const demo = (name: string, top: readonly string[] = []): string => entry(name, inDemo, top)
const home = 'home/.config/openstack'
const one = (text: string): Record<string, string> => ({ [`${home}/clouds.yaml`]: text })
const openrc = {
  OS_AUTH_URL: 'https://id.example:5000/v3',
  OS_USERNAME: 'ada',
  OS_PASSWORD: 'pw',
  OS_PROJECT_NAME: 'demo',
  OS_USER_DOMAIN_NAME: 'Default',
  OS_PROJECT_DOMAIN_ID: 'default',
}
const publicClouds = `public-clouds:
  acme:
    auth:
      auth_url: https://{region_name}.acme.example/identity/v3
      user_domain_name: Acme
      project_domain_name: Acme
    regions: [north, south]
    interface: internal
    image_endpoint_override: https://images.{region_name}.acme.example
`

export const cases: readonly ConfigCase[] = [
  // ------------------------------------------------------------------------------------------------------------ places and order
  { name: 'clouds.yaml of the person', files: one(yaml(demo('a'))) },
  { name: 'clouds.yml', files: { [`${home}/clouds.yml`]: yaml(demo('a')) } },
  {
    name: 'clouds.json',
    files: {
      [`${home}/clouds.json`]: JSON.stringify(
        {
          clouds: {
            a: { auth: { auth_url: 'https://id.example/v3', username: 'ada', password: 'pw', user_domain_id: 'x', project_id: 12345 } },
          },
        },
        null,
        '\t',
      ),
    },
  },
  { name: 'the folder of the start comes first', files: { 'cwd/clouds.yaml': yaml(demo('here')), ...one(yaml(demo('there'))) } },
  { name: 'yaml before yml before json', files: { ...one(yaml(demo('first'))), [`${home}/clouds.yml`]: yaml(demo('second')) } },
  {
    name: 'XDG_CONFIG_HOME before ~/.config',
    files: { 'xdg/openstack/clouds.yaml': yaml(demo('xdg')), ...one(yaml(demo('dot'))) },
    env: { XDG_CONFIG_HOME: 'SANDBOX/xdg' },
  },
  { name: '~/.config too when XDG_CONFIG_HOME is elsewhere', files: one(yaml(demo('dot'))), env: { XDG_CONFIG_HOME: 'SANDBOX/xdg' } },
  { name: 'XDG_CONFIG_DIRS', files: { 'etc-xdg/openstack/clouds.yaml': yaml(demo('site')) }, env: { XDG_CONFIG_DIRS: 'SANDBOX/etc-xdg' } },
  {
    name: 'OS_CLIENT_CONFIG_FILE before all',
    files: { 'cwd/clouds.yaml': yaml(demo('here')), 'other/mine.yaml': yaml(demo('mine')) },
    env: { OS_CLIENT_CONFIG_FILE: 'SANDBOX/other/mine.yaml' },
  },
  {
    name: 'OS_CLIENT_CONFIG_FILE that names nothing',
    files: one(yaml(demo('a'))),
    env: { OS_CLIENT_CONFIG_FILE: 'SANDBOX/nowhere.yaml' },
  },
  { name: 'a folder called clouds.yaml is passed over', files: { 'cwd/clouds.yaml/x': '', ...one(yaml(demo('a'))) } },
  { name: 'OS_CLOUD', files: one(yaml(demo('a'), demo('b'))), env: { OS_CLOUD: 'b' } },

  // -------------------------------------------------------------------------------------------------------------- secure.yaml
  {
    name: 'secure.yaml lies over clouds.yaml',
    files: {
      ...one(yaml(entry('a', ['auth_url: https://id.example/v3', 'username: ada', 'user_domain_id: d', ...inDemo], [], true), demo('b'))),
      [`${home}/secure.yaml`]: 'clouds:\n  a:\n    auth:\n      password: hidden\n',
    },
  },
  {
    name: 'secure.yaml in another place than clouds.yaml',
    files: { 'cwd/clouds.yaml': yaml(demo('a')), [`${home}/secure.yml`]: 'clouds:\n  a:\n    auth:\n      password: other\n' },
  },
  { name: 'secure.yaml alone', files: { [`${home}/secure.yaml`]: yaml(demo('a')) } },
  {
    name: 'secure.json, and OS_CLIENT_SECURE_FILE',
    files: { ...one(yaml(demo('a'))), 'other/s.json': '{"clouds": {"a": {"auth": {"password": "from json"}, "verify": false}}}' },
    env: { OS_CLIENT_SECURE_FILE: 'SANDBOX/other/s.json' },
  },

  // ----------------------------------------------------------------------------------------------------------------- profiles
  {
    name: 'a profile of clouds-public.yaml, with its regions and templates',
    files: {
      ...one(yaml(entry('a', ['username: ada', 'password: pw', 'project_name: demo'], ['profile: acme'], true))),
      [`${home}/clouds-public.yaml`]: publicClouds,
    },
  },
  {
    name: 'the old word for it; what the entry says wins',
    files: {
      ...one(
        yaml(
          entry(
            'a',
            ['username: ada', 'password: pw', 'project_name: demo', 'user_domain_name: Own'],
            ['cloud: acme', 'interface: admin', 'region_name: south'],
            true,
          ),
        ),
      ),
      'cwd/clouds-public.yaml': publicClouds,
    },
  },
  {
    name: 'profiles that openstacksdk brings',
    files: one(
      yaml(
        ...[
          'auro',
          'betacloud',
          'citycloud',
          'dreamcompute',
          'elastx',
          'entercloudsuite',
          'fuga',
          'ibmcloud',
          'internap',
          'limestonenetworks',
        ].map((name) =>
          entry(
            name,
            ['username: ada', 'password: pw', 'user_domain_id: d', 'project_name: demo', 'project_domain_id: d'],
            [`profile: ${name}`],
            true,
          ),
        ),
        ...['otc', 'ovh', 'ovh-us', 'switchengines', 'ultimum', 'unitedstack', 'zetta'].map((name) =>
          entry(
            name,
            ['username: ada', 'password: pw', 'user_domain_id: d', 'project_name: demo', 'project_domain_id: d'],
            [`profile: ${name}`],
            true,
          ),
        ),
      ),
    ),
  },
  {
    name: 'a profile that only Identity v2 can serve',
    files: one(yaml(entry('a', ['username: ada', 'password: pw', 'project_name: demo'], ['profile: conoha'], true), demo('b'))),
    differs: { why: 'version 2 of the Identity API is refused with a sentence', ours: { a: 'refused' } },
  },
  { name: 'an unknown profile', files: one(yaml(demo('a', ['profile: nobody-knows']))) },

  // ------------------------------------------------------------------------------------------------------------------ regions
  { name: 'region_name', files: one(yaml(demo('a', ['region_name: RegionOne']))) },
  { name: 'regions', files: one(yaml(demo('a', ['regions: [r1, r2]']))) },
  { name: 'regions beat region_name', files: one(yaml(demo('a', ['region_name: r2', 'regions: [r1, r2]']))) },
  { name: 'region_name with commas', files: one(yaml(demo('a', ['region_name: r1,r2']))) },
  { name: 'region_name as a list', files: one(yaml(demo('a', ['region_name: [r1, r2]']))) },
  {
    name: 'regions with values of their own',
    files: one(
      yaml(
        demo('a', [
          'regions:',
          '  - name: r1',
          '    values: {auth: {project_name: inner}, image_endpoint_override: "https://r1.example", verify: false}',
          '  - name: r2',
          '    values: {auth: {auth_url: "https://r2.example/v3"}, interface: internal}',
          '  - r3',
        ]),
      ),
    ),
  },
  { name: 'a region for images alone', files: one(yaml(demo('a', ['region_name: r1', 'image_region_name: r2']))) },
  {
    name: 'a region without a name',
    files: one(yaml(demo('a', ['regions: [{values: {}}]']), demo('b'))),
  },

  // ----------------------------------------------------------------------------------------------------- interface and override
  { name: 'interface', files: one(yaml(demo('a', ['interface: internal']), demo('b', ['interface: adminURL']))) },
  { name: 'endpoint_type, the old word, wins', files: one(yaml(demo('a', ['interface: public', 'endpoint_type: internalURL']))) },
  {
    name: 'an interface for images alone',
    files: one(yaml(demo('a', ['interface: public', 'image_interface: internal']), demo('b', ['image_endpoint_type: admin']))),
  },
  { name: 'image_endpoint_override', files: one(yaml(demo('a', ['image_endpoint_override: https://glance.example/v2']))) },
  { name: 'image_endpoint', files: one(yaml(demo('a', ['image_endpoint: https://glance.example']))) },
  {
    name: 'endpoint_override',
    files: one(yaml(demo('a', ['endpoint_override: https://glance.example']))),
    differs: { why: 'here there is only the Image service that it can be meant for', ours: { a: { override: 'https://glance.example' } } },
  },

  // ---------------------------------------------------------------------------------------------------------------------- TLS
  { name: 'verify: false', files: one(yaml(demo('a', ['verify: false']), demo('b', ['verify: no']), demo('c', ['verify: true']))) },
  {
    name: 'insecure',
    files: one(
      yaml(demo('a', ['insecure: true']), demo('b', ['insecure: yes']), demo('c', ['insecure: "yes"']), demo('d', ['insecure: "True"'])),
    ),
  },
  { name: 'insecure beats verify and cacert', files: one(yaml(demo('a', ['insecure: true', 'verify: true', 'cacert: /ca.pem']))) },
  {
    name: 'cacert',
    files: one(
      yaml(demo('a', ['cacert: /etc/ssl/own.pem']), demo('b', ['cacert: ~/own.pem']), demo('c', ['cacert: /x.pem', 'verify: false'])),
    ),
  },
  { name: 'a CA file as verify', files: one(yaml(demo('a', ['verify: /etc/ssl/own.pem']))) },
  { name: 'cert and key', files: one(yaml(demo('a', ['cert: ~/me.pem', 'key: ~/me.key']), demo('b', ['cert: /both.pem']))) },
  {
    name: 'the word "false" in quotes',
    files: one(yaml(demo('a', ['verify: "false"']))),
    differs: { why: 'openstacksdk takes it for the path of a CA file, and fails', ours: { a: { verify: false } } },
  },

  // --------------------------------------------------------------------------------------------------------------- auth types
  { name: 'v3password', files: one(yaml(demo('a', ['auth_type: v3password']))) },
  {
    name: 'user and project by id',
    files: one(yaml(entry('a', ['auth_url: https://id.example', 'user_id: u1', 'password: pw', 'project_id: p1'], [], true))),
  },
  {
    name: 'ids beat names',
    files: one(yaml(entry('a', ['user_id: u1', 'user_domain_id: d1', 'project_id: p1', ...inDemo, 'project_domain_id: d2']))),
  },
  {
    name: 'tenant_name and tenant_id',
    files: one(
      yaml(
        entry('a', ['tenant_name: old', 'project_domain_id: d']),
        entry('b', ['tenant_id: t1']),
        entry('c', ['tenant_name: old', ...inDemo]),
      ),
    ),
  },
  {
    name: 'credentials beside auth; those inside win',
    files: one(
      'clouds:\n  a:\n    username: outer\n    project_name: outer\n    password: outer\n    user_domain_id: d\n    project-domain-id: d\n    auth: {auth_url: "https://id.example/v3", username: inner}\n',
    ),
  },
  {
    name: 'one domain for both',
    files: one(
      yaml(
        entry(
          'a',
          ['auth_url: https://id.example/v3', 'username: ada', 'password: pw', 'project_name: demo', 'domain_name: Corp'],
          [],
          true,
        ),
        entry(
          'b',
          [
            'auth_url: https://id.example/v3',
            'username: ada',
            'password: pw',
            'project_name: demo',
            'domain_id: c1',
            'project_domain_id: d2',
          ],
          ['domain_name: Corp'],
          true,
        ),
      ),
    ),
  },
  {
    name: 'default_domain_id and default_domain_name',
    files: one(
      yaml(
        entry(
          'a',
          ['auth_url: https://id.example/v3', 'username: ada', 'password: pw', 'project_name: demo', 'default_domain_id: d'],
          [],
          true,
        ),
        entry(
          'b',
          ['auth_url: https://id.example/v3', 'username: ada', 'password: pw', 'project_name: demo', 'default_domain_name: Corp'],
          [],
          true,
        ),
      ),
    ),
  },
  {
    name: 'no domain at all',
    files: one(yaml(entry('a', ['auth_url: https://id.example/v3', 'username: ada', 'password: pw', 'project_name: demo'], [], true))),
    differs: {
      why: 'openstackclient adds the domain with the id default; without it Keystone answers 400',
      ours: {
        a: {
          body: {
            auth: {
              identity: { methods: ['password'], password: { user: { name: 'ada', domain: { id: 'default' }, password: 'pw' } } },
              scope: { project: { name: 'demo', domain: { id: 'default' } } },
            },
          },
        },
      },
    },
  },
  {
    name: 'domain scope',
    files: one(yaml(entry('a', ['domain_name: Corp']), entry('b', ['domain_id: c1']), entry('c', [], ['domain_id: c1']))),
  },
  { name: 'system scope', files: one(yaml(entry('a', ['system_scope: all']), entry('b', ['system_scope: some']))) },
  { name: 'a trust', files: one(yaml(entry('a', ['trust_id: t1']))) },
  { name: 'no scope', files: one(yaml(entry('a', []))) },
  {
    name: 'application credential',
    files: one(
      yaml(
        entry(
          'a',
          ['auth_url: https://id.example/v3', 'application_credential_id: ac1', 'application_credential_secret: s'],
          ['auth_type: v3applicationcredential'],
          true,
        ),
        entry(
          'b',
          [
            'auth_url: https://id.example/v3',
            'application_credential_name: robot',
            'application_credential_secret: s',
            'username: ada',
            'user_domain_name: Corp',
          ],
          ['auth_type: v3applicationcredential'],
          true,
        ),
      ),
    ),
  },
  {
    name: 'application credential with a project beside',
    files: one(
      yaml(
        entry(
          'a',
          ['auth_url: https://id.example/v3', 'application_credential_id: ac1', 'application_credential_secret: s', ...inDemo],
          ['auth_type: v3applicationcredential'],
          true,
        ),
      ),
    ),
    differs: {
      why: 'Keystone refuses a scope beside an application credential',
      ours: {
        a: { body: { auth: { identity: { methods: ['application_credential'], application_credential: { id: 'ac1', secret: 's' } } } } },
      },
    },
  },
  {
    name: 'application credential without auth_type',
    files: one(
      yaml(entry('a', ['auth_url: https://id.example/v3', 'application_credential_id: ac1', 'application_credential_secret: s'], [], true)),
    ),
    differs: { why: 'what is meant is plain, so it is used', ours: { a: 'there' } },
  },
  {
    name: 'token',
    files: one(
      yaml(
        ...['token', 'v3token'].map((type) =>
          entry(type, ['auth_url: https://id.example/v3', 'token: t0k', ...inDemo], [`auth_type: ${type}`], true),
        ),
      ),
    ),
  },
  {
    name: 'v3totp',
    files: one(
      yaml(
        entry(
          'a',
          ['auth_url: https://id.example/v3', 'username: ada', 'user_domain_id: d', 'passcode: 012345', ...inDemo],
          ['auth_type: v3totp'],
          true,
        ),
        entry(
          'b',
          ['auth_url: https://id.example/v3', 'username: ada', 'user_domain_id: d'],
          ['auth_type: v3totp', 'passcode: "012345"'],
          true,
        ),
      ),
    ),
    differs: { why: 'digits without quotes are octal to openstacksdk', ours: { a: 'there' } },
  },
  {
    name: 'v3multifactor',
    files: one(yaml(entry('a', ['passcode: "012345"', ...inDemo, 'auth_methods: [v3password, v3totp]'], ['auth_type: v3multifactor']))),
  },
  {
    name: 'none',
    files: one(
      yaml(
        entry('a', ['endpoint: http://glance.example:9292'], ['auth_type: none'], true),
        entry('b', ['endpoint: http://x.example'], ['auth_type: none', 'image_endpoint_override: http://y.example'], true),
      ),
    ),
  },
  {
    name: 'admin_token',
    files: one(
      yaml(
        entry('a', ['endpoint: http://glance.example:9292', 'token: t0k'], ['auth_type: admin_token'], true),
        entry('b', ['endpoint: http://glance.example:9292', 'token: t0k'], ['auth_type: token_endpoint'], true),
      ),
    ),
  },
  { name: 'an auth type that nobody knows', files: one(yaml(demo('a', ['auth_type: v3magic']), demo('b'))) },
  { name: 'no auth_url', files: one(yaml(entry('a', ['username: ada', 'password: pw'], [], true), demo('b'))) },
  {
    name: 'Identity v2',
    files: one(
      yaml(
        demo('a', ['identity_api_version: 2']),
        demo('b', ['identity_api_version: "2.0"']),
        demo('c', ['identity_api_version: 3']),
        demo('d', ['auth_type: v2password']),
      ),
    ),
    differs: { why: 'version 2 of the Identity API is refused with a sentence', ours: { a: 'refused', b: 'refused', d: 'refused' } },
  },

  // -------------------------------------------------------------------------------------------------------------- auth_url
  {
    name: 'auth_url with and without version and slash',
    files: one(
      yaml(
        ...[
          'https://id.example',
          'https://id.example/',
          'https://id.example/v3/',
          'https://x.example/identity',
          'https://x.example/identity/v3',
        ].map((url, index) =>
          entry(`u${index}`, [`auth_url: ${url}`, 'username: ada', 'password: pw', 'user_domain_id: d', ...inDemo], [], true),
        ),
      ),
    ),
  },

  // ------------------------------------------------------------------------------------------------------------ the text itself
  {
    name: 'anchors and merge keys',
    files: one(
      `defaults: &d\n  region_name: r1\n  verify: false\nclouds:\n  a:\n    <<: *d\n    auth: &auth {auth_url: "https://id.example/v3", username: ada, password: pw, user_domain_id: d}\n  b:\n    <<: *d\n    region_name: r2\n    auth:\n      <<: *auth\n      project_id: p\n`,
    ),
  },
  { name: 'ids of digits', files: one(yaml(entry('a', ['project_id: 12345678901234567890123456789012']))) },
  {
    name: 'a value that looks like a number with an exponent',
    files: one(yaml(entry('a', ['project_id: 123456e8901234567890123456789012']))),
  },
  { name: 'a key twice', files: one(yaml(demo('a', ['region_name: r1', 'region_name: r2']))) },
  { name: 'keys with dashes', files: one(yaml(demo('a', ['region-name: r1', 'image-endpoint-override: https://g.example']))) },
  {
    name: 'a password that YAML 1.1 takes for something else',
    files: one(
      yaml(
        entry('a', ['auth_url: https://id.example/v3', 'username: ada', 'user_domain_id: d', 'password: 0123'], [], true),
        entry('b', ['auth_url: https://id.example/v3', 'username: ada', 'user_domain_id: d', 'password: yes'], [], true),
      ),
    ),
    differs: {
      why: 'openstacksdk sends the number 83 and true, which Keystone refuses; the text is what was meant',
      ours: Object.fromEntries(
        [
          ['a', '0123'],
          ['b', 'yes'],
        ].map(([name, password]) => [
          name,
          { body: { auth: { identity: { methods: ['password'], password: { user: { name: 'ada', domain: { id: 'd' }, password } } } } } },
        ]),
      ),
    },
  },

  // ------------------------------------------------------------------------------------------------------- environment variables
  { name: 'an openrc', env: openrc },
  { name: 'an openrc beside a file', files: one(yaml(demo('a'))), env: openrc },
  { name: 'an openrc under another name', files: one(yaml(demo('a'))), env: { ...openrc, OS_CLOUD_NAME: 'mine' } },
  {
    name: 'an openrc with region, interface and TLS',
    env: {
      ...openrc,
      OS_REGION_NAME: 'r1',
      OS_INTERFACE: 'internal',
      OS_CACERT: '/ca.pem',
      OS_CERT: '/c.pem',
      OS_KEY: '/k.pem',
      OS_IDENTITY_API_VERSION: '3',
    },
  },
  { name: 'an openrc with OS_ENDPOINT_TYPE and OS_INSECURE', env: { ...openrc, OS_ENDPOINT_TYPE: 'adminURL', OS_INSECURE: 'true' } },
  { name: 'OS_INSECURE by another word', env: { ...openrc, OS_INSECURE: '1' } },
  {
    name: 'an openrc for an application credential',
    env: {
      OS_AUTH_TYPE: 'v3applicationcredential',
      OS_AUTH_URL: 'https://id.example:5000/v3',
      OS_APPLICATION_CREDENTIAL_ID: 'ac1',
      OS_APPLICATION_CREDENTIAL_SECRET: 's',
    },
  },
  {
    name: 'an openrc of old',
    env: {
      OS_AUTH_URL: 'https://id.example:5000/v3',
      OS_USERNAME: 'ada',
      OS_PASSWORD: 'pw',
      OS_TENANT_NAME: 'demo',
      OS_USER_DOMAIN_ID: 'd',
      OS_PROJECT_DOMAIN_ID: 'd',
    },
  },
  {
    name: 'an openrc with a profile',
    files: { [`${home}/clouds-public.yaml`]: publicClouds },
    env: { OS_PROFILE: 'acme', OS_USERNAME: 'ada', OS_PASSWORD: 'pw', OS_PROJECT_NAME: 'demo' },
  },
  { name: 'an openrc for the system', env: { ...openrc, OS_PROJECT_NAME: '', OS_PROJECT_DOMAIN_ID: '', OS_SYSTEM_SCOPE: 'all' } },
  { name: 'an override in the environment', env: { ...openrc, OS_IMAGE_ENDPOINT_OVERRIDE: 'https://glance.example' } },
  { name: 'only selectors', files: one(yaml(demo('a'))), env: { OS_CLOUD: 'a', OS_REGION_NAME: 'r9' } },
]
