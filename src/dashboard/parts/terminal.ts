/** xterm, fitted to its place and to the page's strict policy on styles. */
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import { withAdoptedStyles } from "./adopted-styles.ts";
import { colour } from "./theme.ts";

export interface OpenTerminal {
  readonly columns: number;
  readonly rows: number;
  write(bytes: Uint8Array): void;
  focus(): void;
  onInput(listener: (text: string) => void): void;
  onResize(listener: (columns: number, rows: number) => void): void;
  /** A key that the program does not get, since Tab goes to it: the way out for a keyboard. */
  onLeave(listener: () => void): void;
  close(): void;
}

const scrollbackLines = 2_000;
export const leaveKey = "F6";

export function openTerminal(place: HTMLElement): OpenTerminal {
  const terminal = new Terminal({
    scrollback: scrollbackLines,
    fontSize: 13,
    fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
    screenReaderMode: true,
    theme: { background: colour("--paper"), foreground: colour("--ink"), cursor: colour("--accent") },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  const styles = withAdoptedStyles(() => terminal.open(place));
  fit.fit();
  const resized = new ResizeObserver(() => fit.fit());
  resized.observe(place);
  return {
    get columns() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    write: (bytes) => terminal.write(bytes),
    focus: () => terminal.focus(),
    onInput: (listener) => {
      terminal.onData(listener);
    },
    onResize: (listener) => {
      terminal.onResize(({ cols, rows }) => listener(cols, rows));
    },
    onLeave: (listener) => {
      terminal.attachCustomKeyEventHandler(({ key, type }) => {
        if (key !== leaveKey) return true;
        if (type === "keydown") listener();
        return false;
      });
    },
    close: () => {
      resized.disconnect();
      terminal.dispose();
      styles.drop();
    },
  };
}
