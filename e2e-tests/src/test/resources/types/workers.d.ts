// What workers and newer browsers have beside the page's own library.
interface FileSystemSyncAccessHandle {
  read(bytes: Uint8Array, place: { at: number }): number;
  write(bytes: Uint8Array, place: { at: number }): number;
  truncate(bytes: number): void;
  getSize(): number;
  close(): void;
}
interface FileSystemFileHandle {
  createSyncAccessHandle(options?: { mode: 'read-only' }): Promise<FileSystemSyncAccessHandle>;
}
interface Navigator {
  readonly deviceMemory?: number;
}
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}
declare var trustedTypes: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } } | undefined;
