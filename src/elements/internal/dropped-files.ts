/** Dropped things as files: also those inside folders, which `DataTransfer.files` does not open. */
import { TimbrelError } from '../../errors/timbrel-error.js';

/** Files read from dropped folders at most: a checkpoint has a dozen, a home folder has millions. */
const MAX_FILES = 500;

/**
 * Call it in the drop event's own handler: afterwards the browser has emptied the transfer.
 * @returns files of folders and their subfolders, and those dropped by themselves; at most 500
 */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === 'file')
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const files: File[] = [];
  for (const entry of entries) {
    if (entry instanceof File) files.push(entry);
    else if (entry) await collect(entry, files);
  }
  return files;
}

async function collect(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (files.length >= MAX_FILES) return;
  if (isFile(entry)) files.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
  else if (isDirectory(entry)) for (const child of await list(entry)) await collect(child, files);
}

/** A reader answers in portions (100 in Chromium) and ends with an empty one. */
async function list(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (portion.length === 0 || entries.length >= MAX_FILES) return entries;
    entries.push(...portion);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isDirectory = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** The failure of {@link droppedFiles}: the page may not read a folder or file, or it vanished while it was dropped. */
export function unreadable(cause: unknown): TimbrelError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new TimbrelError(
    'CHECKPOINT_MISSING',
    `What was dropped could not be read (${detail}); drop the checkpoint's files themselves`,
    { cause },
  );
}
