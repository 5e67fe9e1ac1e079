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
declare var GPUBufferUsage: Record<'COPY_SRC' | 'COPY_DST' | 'MAP_READ' | 'STORAGE' | 'UNIFORM', number>;
declare var GPUShaderStage: { COMPUTE: number };
declare var GPUMapMode: { READ: number };
declare namespace WebAssembly {
  function promising(raw: Function): (...args: any[]) => Promise<any>;
  class Suspending {
    constructor(awaits: (...args: any[]) => Promise<any>);
  }
}
