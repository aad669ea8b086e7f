import { create } from 'zustand'
import type { Cloud, Image, Transfer } from '../../shared/domain.ts'
import type { ConnectionState } from '../bridge/bridge.ts'
import { type CoreData, emptyData, imageKey } from './apply-delta.ts'

export interface DataState extends CoreData {
  connection: 'starting' | ConnectionState
  /** The first snapshot came. */
  ready: boolean
}

/** What the core told this page. Only the feed writes it. */
export const useData = create<DataState>(() => ({ ...emptyData, connection: 'starting', ready: false }))

const noImages: ReadonlyMap<string, Image> = new Map()

export function useCloud(cloudId: string | null): Cloud | undefined {
  return useData((data) => data.clouds.find((cloud) => cloud.id === cloudId))
}

export function useImages(cloudId: string | null): ReadonlyMap<string, Image> {
  return useData((data) => (cloudId === null ? undefined : data.images[cloudId]?.images) ?? noImages)
}

/** Whether anything is known of the cloud's list: while nothing is, a number of images would be a guess. */
export function useListKnown(cloudId: string | null): boolean {
  return useData((data) => {
    const list = cloudId === null ? undefined : data.images[cloudId]
    return list !== undefined && (list.state.loadedAt !== null || list.images.size > 0)
  })
}

export function useImage(cloudId: string | null, imageId: string | null): Image | undefined {
  return useData((data) => (cloudId === null || imageId === null ? undefined : data.images[cloudId]?.images.get(imageId)))
}

export function useTransfer(id: string): Transfer | undefined {
  return useData((data) => data.transfers.get(id))
}

/** The transfer of ours that moves this image's bytes now. */
export function useMovingTransfer(cloudId: string, imageId: string): Transfer | undefined {
  return useData((data) => {
    const id = data.movingByImage.get(imageKey(cloudId, imageId))
    return id === undefined ? undefined : data.transfers.get(id)
  })
}
