import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { type ImageRecord, imageRecord, type TaskRecord, taskRecord } from './image-record.ts'

/**
 * The records of images and tasks. All of them live in memory, where lists are filtered and sorted; every change goes to SQLite first, in WAL
 * mode with `synchronous = FULL`, so that what was answered is on the disk: one fsync a change, no torn file, and no rewriting of all records
 * as a JSON file would need. An image's row is its JSON: the list is small, and no query runs in SQL.
 */
export class RecordStore {
  readonly #db: DatabaseSync
  readonly #images = new Map<string, ImageRecord>()
  readonly #deleted = new Set<string>()
  readonly #tasks = new Map<string, TaskRecord[]>()
  readonly #putImage: StatementSync
  readonly #buryImage: StatementSync
  readonly #putTask: StatementSync
  readonly #dropTasks: StatementSync
  #sequence = 0

  constructor(dataDir: string) {
    this.#db = openAlone(dataDir)
    this.#db.exec(`CREATE TABLE IF NOT EXISTS images (id TEXT PRIMARY KEY, body TEXT) STRICT;
                   CREATE TABLE IF NOT EXISTS tasks (id TEXT PRIMARY KEY, image_id TEXT NOT NULL, body TEXT NOT NULL) STRICT;`)
    this.#putImage = this.#db.prepare('INSERT INTO images (id, body) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body')
    this.#buryImage = this.#db.prepare('UPDATE images SET body = NULL WHERE id = ?')
    this.#putTask = this.#db.prepare(
      'INSERT INTO tasks (id, image_id, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
    )
    this.#dropTasks = this.#db.prepare('DELETE FROM tasks WHERE image_id = ?')
    this.#load()
  }

  #load(): void {
    for (const row of this.#db.prepare('SELECT id, body FROM images').all()) {
      if (typeof row.body !== 'string') {
        this.#deleted.add(String(row.id))
        continue
      }
      const image = imageRecord.parse(JSON.parse(row.body))
      this.#images.set(image.id, image)
      this.#sequence = Math.max(this.#sequence, image.sequence)
    }
    for (const row of this.#db.prepare('SELECT body FROM tasks').all()) {
      const task = taskRecord.parse(JSON.parse(String(row.body)))
      this.#tasksOf(task.imageId).push(task)
    }
  }

  /** The place of a new image among those of the same millisecond. */
  nextSequence(): number {
    this.#sequence += 1
    return this.#sequence
  }

  all(): Iterable<ImageRecord> {
    return this.#images.values()
  }

  get(id: string): ImageRecord | undefined {
    return this.#images.get(id)
  }

  /** In use now, or once used and deleted: Glance never gives an id twice. */
  isTaken(id: string): boolean {
    return this.#images.has(id) || this.#deleted.has(id)
  }

  /** On the disk when this returns. */
  put(image: ImageRecord): ImageRecord {
    this.#putImage.run(image.id, JSON.stringify(image))
    this.#images.set(image.id, image)
    return image
  }

  /** The record goes, its id stays taken. */
  bury(id: string): void {
    this.#buryImage.run(id)
    this.#dropTasks.run(id)
    this.#images.delete(id)
    this.#tasks.delete(id)
    this.#deleted.add(id)
  }

  putTask(task: TaskRecord): TaskRecord {
    this.#putTask.run(task.id, task.imageId, JSON.stringify(task))
    const list = this.#tasksOf(task.imageId)
    const at = list.findIndex((other) => other.id === task.id)
    if (at < 0) list.push(task)
    else list[at] = task
    return task
  }

  tasks(imageId: string): readonly TaskRecord[] {
    return this.#tasks.get(imageId) ?? []
  }

  #tasksOf(imageId: string): TaskRecord[] {
    const known = this.#tasks.get(imageId)
    if (known !== undefined) return known
    const fresh: TaskRecord[] = []
    this.#tasks.set(imageId, fresh)
    return fresh
  }

  close(): void {
    this.#db.close()
  }
}

/** Locked for as long as it is open, so that no second process can sweep away what this one is receiving. */
function openAlone(dataDir: string): DatabaseSync {
  const db = new DatabaseSync(join(dataDir, 'images.sqlite'))
  try {
    db.exec('PRAGMA busy_timeout = 500; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    return db
  } catch (error) {
    db.close()
    if (!(error instanceof Error) || !error.message.includes('locked')) throw error
    throw new Error(`${dataDir} is in use by another image service`, { cause: error })
  }
}
