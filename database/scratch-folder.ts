import { chmodSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * A fresh folder for data that goes with it. The embedded PostgreSQL's own account may enter it (root's server runs under another one), so that its
 * files are in it and not somewhere else, where they would stay.
 */
export function scratchFolder(name: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `${name}-`));
  chmodSync(folder, 0o711);
  return folder;
}
