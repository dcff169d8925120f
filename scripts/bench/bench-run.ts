/** What a bench is told, and where it leaves its raw data. */
export interface BenchRun {
  /** Under a minute, for a look: too short for a figure to be quoted. */
  readonly quick: boolean;
  readonly seconds: number;
  /** Of hostile's inputs only the one called so. */
  readonly only?: string | undefined;
  /** For disks; removed afterwards. */
  readonly directory: string;
  /** Raw data, for the file that `--out` names. */
  keep(data: unknown): void;
}
