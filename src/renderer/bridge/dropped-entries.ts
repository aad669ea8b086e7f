/** The most files that one drop may bring: as many as one upload may hold. */
const FILE_LIMIT = 1000

interface Found {
  files: File[]
  problems: { name: string; problem: string }[]
}

/** The files of a drop or of a file field; dropped folders are walked, in the order of their names. Hidden files in folders are left out. */
export async function filesOf(dropped: readonly File[] | DataTransfer): Promise<Found> {
  const found: Found = { files: [], problems: [] }
  if (!(dropped instanceof DataTransfer)) {
    found.files.push(...dropped)
    return limited(found)
  }
  // A DataTransfer is emptied as soon as the event is over: take everything out before the first await.
  const entries = Array.from(dropped.items, (item) => ({
    entry: item.webkitGetAsEntry(),
    file: item.kind === 'file' ? item.getAsFile() : null,
  }))
  for (const { entry, file } of entries) {
    if (entry?.isDirectory) await walk(entry, found)
    else if (file !== null) found.files.push(file)
  }
  return limited(found)
}

/** What is too much is named, not dropped in silence. */
function limited({ files, problems }: Found): Found {
  if (files.length <= FILE_LIMIT) return { files, problems }
  const more = {
    name: `${files.length - FILE_LIMIT} more files`,
    problem: `One upload takes at most ${FILE_LIMIT} files. Drop these again afterwards.`,
  }
  return { files: files.slice(0, FILE_LIMIT), problems: [...problems, more] }
}

async function walk(entry: FileSystemEntry, found: Found): Promise<void> {
  // One more than the limit is enough to know that there are too many.
  if (found.files.length > FILE_LIMIT) return
  try {
    if (isFile(entry)) {
      found.files.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)))
    } else if (isFolder(entry)) {
      const inside = await readAll(entry)
      if (inside.length === 0) found.problems.push({ name: entry.name, problem: 'This folder is empty.' })
      for (const child of inside.sort((a, b) => a.name.localeCompare(b.name))) {
        if (!child.name.startsWith('.')) await walk(child, found)
      }
    }
  } catch {
    found.problems.push({ name: entry.name, problem: 'It cannot be read.' })
  }
}

async function readAll(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  // One call gives at most a hundred entries; an empty answer is the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return all
    all.push(...some)
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}
