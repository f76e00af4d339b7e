export interface BuildOptions {
  packageDir?: string;
  outDir?: string;
  friction?: boolean;
  snapshot?: boolean;
  compress?: boolean;
  force?: boolean;
  log?: (line: string) => void;
}
export interface AssetManifest {
  version: string;
  memoryBytes: number;
  files: Record<string, { path: string; bytes: number; sha256: string }>;
}
export function buildAssets(options?: BuildOptions): Promise<AssetManifest>;
