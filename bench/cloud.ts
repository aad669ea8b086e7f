import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { output } from './programs.ts'

const env = z.object({ glanceUrl: z.string(), cloudsYaml: z.string() })
const imageSchema = z.object({ id: z.string() })

/** The real Glance of the lab, as the bench needs it: a token for all, records to fill, and the environment of the official tools. */
export interface BenchCloud {
  headers: Record<string, string>
  environment: NodeJS.ProcessEnv
  fileUrl(id: string): string
  create(): Promise<string>
  named(name: string): Promise<string[]>
  remove(id: string): Promise<void>
}

/** @throws where `GLANCER_OPENSTACK_DIR` names no lab */
export async function openCloud(): Promise<BenchCloud> {
  const dir = process.env.GLANCER_OPENSTACK_DIR
  if (dir === undefined) throw new Error('GLANCER_OPENSTACK_DIR names no lab: run e2e/openstack/up first')
  const { glanceUrl, cloudsYaml } = env.parse(JSON.parse(await readFile(join(dir, 'env.json'), 'utf8')))
  // Debian's packages belong to its own Python, which must come before any other.
  const base = {
    ...process.env,
    PATH: `/usr/bin:${process.env.PATH ?? ''}`,
    OS_CLIENT_CONFIG_FILE: cloudsYaml,
    OS_CLOUD: 'lab-admin',
    PYTHONWARNINGS: 'ignore',
  }
  const { id: token } = imageSchema.parse(JSON.parse(await output(['openstack', 'token', 'issue', '-f', 'json'], base)))
  const headers = { 'X-Auth-Token': token }
  const call = async (method: string, path: string, body?: string): Promise<unknown> => {
    const answer = await fetch(`${glanceUrl}${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`Glance answered ${answer.status} to ${method} ${path}: ${text}`)
    return text === '' ? null : JSON.parse(text)
  }
  return {
    headers,
    // The `glance` command knows no clouds.yaml: it gets the address and the token.
    environment: { ...base, OS_IMAGE_URL: glanceUrl, OS_IMAGE_API_VERSION: '2', OS_AUTH_TOKEN: token },
    fileUrl: (id) => `${glanceUrl}/v2/images/${id}/file`,
    create: async () =>
      imageSchema.parse(await call('POST', '/v2/images', '{"name":"bench","disk_format":"raw","container_format":"bare"}')).id,
    named: async (name) =>
      z
        .object({ images: z.array(imageSchema) })
        .parse(await call('GET', `/v2/images?name=${name}`))
        .images.map(({ id }) => id),
    remove: async (id) => void (await call('DELETE', `/v2/images/${id}`)),
  }
}
