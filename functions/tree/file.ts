/** A file of a tree that may hold documents. */
export interface TreeFile {
  /** From the root of the tree, with slashes. */
  path: string;
  bytes: number;
  /** Undefined if it cannot be opened. */
  read: () => Buffer | undefined;
}

/** More than any document of Kubernetes may have in etcd, and so more than a cluster would take. */
export const mostBytes = 1024 * 1024;

/** What nobody wrote by hand; not even looked at, whatever is in it. */
export const absurdBytes = 8 * mostBytes;

/** Whether documents are looked for in a file of that name. */
export const mayHoldDocuments = (path: string): boolean => /\.(ya?ml|json)$/i.test(path);

/** Git's own data, editors' and tools' folders, and dependencies: nobody commits a Service there. */
export const isPassedOver = (folder: string): boolean => folder.startsWith('.') || folder === 'node_modules';
