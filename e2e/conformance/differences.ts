import type { Case, Expected } from './case.ts'

/** A case on which the built-in service means to answer otherwise than Glance 25.1, with what it answers and why. */
export interface Difference {
  /** `chapter: name of the case`. */
  case: string
  reason: string
  /** What the built-in service answers, step by step. */
  steps: readonly Expected[]
  /** The image afterwards, where that differs too. */
  after?: Case['after']
}

/** The one place where differences are listed. Whatever is not here is the same, or it is a defect. */
export const DIFFERENCES: readonly Difference[] = [
  {
    case: 'create: a list as the body',
    reason: "Glance dies of it (500). A wrong request is the caller's mistake and is called so.",
    steps: [{ status: 400, message: 'The request body must be a JSON object.' }],
  },
  {
    case: 'tags and members: a tag beyond ASCII in the address',
    reason: 'Glance reads the address as Latin-1 and stores a mangled tag. Here it is stored as it was sent.',
    steps: [{ status: 204 }],
    after: { tags: ['é'] },
  },
  {
    case: 'upload: over the quota of the project, in chunks',
    reason:
      'Glance takes the whole body first, and then leaves the image in saving for ever. Here the upload ends at the quota and can be repeated.',
    steps: [{ status: 413, message: 'Image exceeds the storage quota' }],
    after: { status: 'queued' },
  },
]

/** Differences that no case of the table can show, for they need a crash, a broken store, or two names of one file. */
export const UNTABLED_DIFFERENCES: readonly { what: string; reason: string }[] = [
  {
    what: 'An image that was saving when the service was killed is queued after the restart; its partial file is removed.',
    reason:
      'Glance leaves it saving for ever and the file in its store. One process owns this store, so it knows that no upload can be running.',
  },
  {
    what: 'An import that was under way at a crash ends as a failed task, and staged data that is whole stays staged.',
    reason: 'Glance leaves the lock on the image until it is stolen after 60 minutes.',
  },
  {
    what: 'A data file that is shorter than its record ends a download with a reset connection.',
    reason: "eventlet's Glance sends what there is, and then neither ends nor closes the connection; the client would wait for ever.",
  },
  {
    what: 'Ids are kept in small letters; an id in capitals finds the same image.',
    reason: 'Two ids that differ only in case would be one file on Windows and macOS.',
  },
  {
    what: 'An upload whose sender half-closes is answered with 400, or with nothing, where Glance answers 500 (400 when chunked). Both end in queued.',
    reason: 'The HTTP parser of Node finds the end before the service does; whoever sends that is rarely there to read it.',
  },
  {
    what: 'A client that says nothing for client_socket_timeout in the middle of an upload is cut off; Glance answers 500 first. Both end in queued.',
    reason: 'Nobody reads an answer on a connection that was silent for 15 minutes.',
  },
  {
    what: 'JSON bodies are limited to 1 MiB and request heads to 32 KiB.',
    reason: 'Glance reads JSON of any size into memory.',
  },
  {
    what: 'The reserved stores (os_glance_staging_store and others) never appear in OpenStack-image-store-ids and take no uploads.',
    reason: 'In Glance 25.1 they do once the first upload went through, which is a mistake of that release.',
  },
  {
    what: '401 answers carry X-Openstack-Request-Id.',
    reason: 'Glance leaves it out there; an id for every refusal is more use than the likeness.',
  },
]
