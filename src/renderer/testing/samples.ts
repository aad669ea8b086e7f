import type { Cloud, Image, Transfer } from '../../shared/domain.ts'

/** An image with nothing special about it; for tests. */
export function sampleImage(change: Partial<Image> = {}): Image {
  return {
    id: 'i1',
    name: 'cirros-0.6.3-x86_64-disk',
    status: 'active',
    size: 20_700_000,
    virtualSize: null,
    diskFormat: 'qcow2',
    containerFormat: 'bare',
    visibility: 'private',
    owner: 'p-demo',
    protected: false,
    hidden: false,
    minDisk: 0,
    minRam: 0,
    tags: [],
    stores: [],
    checksum: null,
    hashAlgorithm: null,
    hashValue: null,
    createdAt: '2026-11-20T10:00:00Z',
    updatedAt: '2026-11-20T10:00:00Z',
    properties: {},
    ...change,
  }
}

/** An upload that waits for its turn; for tests. */
export function sampleTransfer(change: Partial<Transfer> = {}): Transfer {
  return {
    id: 't1',
    kind: 'upload',
    cloudId: 'prod',
    cloudName: 'prod',
    imageId: 'i1',
    imageName: 'cirros-0.6.3-x86_64-disk',
    fileName: 'cirros-0.6.3-x86_64-disk.img',
    from: null,
    import: null,
    state: 'queued',
    until: null,
    reason: null,
    error: null,
    verification: null,
    leftBehind: null,
    bytesDone: 0,
    bytesTotal: 20_700_000,
    bytesPerSecond: null,
    secondsLeft: null,
    limitedBy: null,
    speedLimit: null,
    stateSince: 0,
    attempt: 1,
    createdAt: 0,
    startedAt: null,
    endedAt: null,
    position: 1,
    actions: [],
    ...change,
  }
}

/** A cloud that is signed in; for tests. */
export function sampleCloud(change: Partial<Cloud> = {}): Cloud {
  return {
    id: 'prod',
    name: 'prod',
    entry: 'prod',
    kind: 'openstack',
    origin: 'file',
    source: 'clouds.yaml',
    region: 'RegionOne',
    project: 'demo',
    projectId: 'p-demo',
    authUrl: null,
    authKind: null,
    secretNeeded: null,
    state: { kind: 'signed-in' },
    imageCount: null,
    capabilities: null,
    ...change,
  }
}
