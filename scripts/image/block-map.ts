/** The block map beside an image: which blocks a card must be given, with a checksum each, so that flashing skips the rest. Pure. */
import { assert } from "../../src/lib/assert.ts";

export const blockBytes = 4096;

/** Blocks from `first` to `last`, both meant. */
export interface BlockRange {
  readonly first: number;
  readonly last: number;
}

export interface MappedRange extends BlockRange {
  /** Of the blocks' bytes, 64 hex digits. */
  readonly sha256: string;
}

/** Sorts, and joins what touches or overlaps. */
export function joinRanges(ranges: readonly BlockRange[]): BlockRange[] {
  const joined: BlockRange[] = [];
  for (const { first, last } of ranges.toSorted((a, b) => a.first - b.first)) {
    const previous = joined.at(-1);
    if (previous !== undefined && first <= previous.last + 1) {
      joined[joined.length - 1] = { first: previous.first, last: Math.max(previous.last, last) };
    } else joined.push({ first, last });
  }
  return joined;
}

/** What is in `whole` and in none of `holes`. */
export function withoutRanges(whole: BlockRange, holes: readonly BlockRange[]): BlockRange[] {
  const left: BlockRange[] = [];
  let next = whole.first;
  for (const { first, last } of joinRanges(holes)) {
    if (first > whole.last) break;
    if (first > next) left.push({ first: next, last: first - 1 });
    next = Math.max(next, last + 1);
  }
  if (next <= whole.last) left.push({ first: next, last: whole.last });
  return left;
}

/** The free blocks of an ext4 file system of 4 KiB blocks, in what `dumpe2fs` prints of its groups. */
export function freeBlocksOf(dumpe2fs: string): BlockRange[] {
  const ranges: BlockRange[] = [];
  for (const [, list = ""] of dumpe2fs.matchAll(/^ {2}Free blocks: (.*)$/gm)) {
    for (const part of list.split(", ").filter((text) => text !== "")) {
      const [first = Number.NaN, last = first] = part.split("-").map(Number);
      assert(Number.isInteger(first) && Number.isInteger(last), "free blocks are numbers");
      ranges.push({ first, last });
    }
  }
  return ranges;
}

/** Placeholder under which the map's own checksum is taken, as the format has it. */
const noChecksum = "0".repeat(64);

/** Format 2.0 of bmap-tools. `checksum` makes 64 hex digits of SHA-256. */
export function blockMapText(
  imageBytes: number,
  ranges: readonly MappedRange[],
  checksum: (text: string) => string,
): string {
  const mappedCount = ranges.reduce((count, { first, last }) => count + last - first + 1, 0);
  const text = `<?xml version="1.0" ?>
<bmap version="2.0">
    <ImageSize> ${imageBytes} </ImageSize>
    <BlockSize> ${blockBytes} </BlockSize>
    <BlocksCount> ${Math.ceil(imageBytes / blockBytes)} </BlocksCount>
    <MappedBlocksCount> ${mappedCount} </MappedBlocksCount>
    <ChecksumType> sha256 </ChecksumType>
    <BmapFileChecksum> ${noChecksum} </BmapFileChecksum>
    <BlockMap>
${ranges.map(rangeText).join("\n")}
    </BlockMap>
</bmap>
`;
  return text.replace(noChecksum, checksum(text));
}

function rangeText({ first, last, sha256 }: MappedRange): string {
  return `        <Range chksum="${sha256}"> ${first === last ? first : `${first}-${last}`} </Range>`;
}
