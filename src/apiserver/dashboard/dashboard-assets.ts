/** The dashboard's files as this room sees them: what there is, and the bytes of one. Where they lie is the daemon's. */

export type AssetEncoding = "identity" | "gzip" | "br";

export interface DashboardAsset {
  /** `app-5DQ3VN7K.js` */
  readonly name: string;
  readonly contentType: string;
  /** Of its content, for ETags. */
  readonly hash: string;
  /** Whether its name changes with its content. */
  readonly isImmutable: boolean;
}

export interface DashboardAssets {
  find(name: string): DashboardAsset | undefined;
  read(asset: DashboardAsset, encoding: AssetEncoding): Promise<Uint8Array>;
}
