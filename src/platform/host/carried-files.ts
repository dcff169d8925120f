/** What the single executable carries beside the program itself; nothing where the program runs from files. */
import { Buffer } from "node:buffer";
import { getAssetKeys, getRawAsset, isSea } from "node:sea";

/** Whether this process is the single executable, which is no Node that runs other programs. */
export const isSingleExecutable: boolean = isSea();

/** A file by the name that the release gave it, in memory that must not be written; undefined where it is not carried. */
export function carriedFile(name: string): Buffer | undefined {
  return isSingleExecutable && getAssetKeys().includes(name) ? Buffer.from(getRawAsset(name)) : undefined;
}
