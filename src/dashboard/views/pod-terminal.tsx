/** A shell in a container. The terminal is fetched when the first one is opened. */
import { useEffect, useRef, useState } from "preact/hooks";
import { ExecSession } from "../link/exec-session.ts";
import { useMay, wordsOf } from "../parts/actions.tsx";
import { session } from "../store.ts";

export interface PodTerminalProps {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** Whichever the image has; the first word of a shell is what people miss in the other. */
const shell = ["sh", "-c", "command -v bash >/dev/null && exec bash || exec sh"];

export function PodTerminal({ namespace, pod, container }: PodTerminalProps) {
  const place = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [run, setRun] = useState(0);
  const [words, setWords] = useState<string | undefined>(undefined);
  const isAllowed = useMay({ verb: "create", group: "", resource: "pods", subresource: "exec", namespace, name: pod });

  useEffect(() => {
    const { current } = place;
    const api = session.value?.api;
    if (run === 0 || current === null || api === undefined) return undefined;
    const stop = new AbortController();
    const open = async () => {
      setWords("Opening…");
      const { leaveKey, openTerminal } = await import("../parts/terminal.ts");
      if (stop.signal.aborted) return;
      const terminal = openTerminal(current);
      stop.signal.addEventListener("abort", () => terminal.close());
      const exec = new ExecSession(
        api,
        { namespace, pod, container, command: shell },
        {
          onOpen: () => {
            setWords(`Open. Tab goes to the program: ${leaveKey} leaves the terminal.`);
            exec.resize(terminal.columns, terminal.rows);
            terminal.focus();
          },
          onOutput: (bytes) => terminal.write(bytes),
          onEnd: (sentence) => setWords(sentence),
        },
      );
      stop.signal.addEventListener("abort", () => exec.close());
      terminal.onLeave(() => button.current?.focus());
      terminal.onInput((text) => exec.type(text));
      terminal.onResize((columns, rows) => exec.resize(columns, rows));
    };
    open().catch((error: unknown) => setWords(wordsOf(error)));
    return () => stop.abort();
  }, [run]);

  return (
    <>
      <div class="log-head">
        <button
          ref={button}
          type="button"
          class="button"
          disabled={isAllowed !== true}
          title={isAllowed === false ? "Your roles do not allow this." : undefined}
          onClick={() => setRun(run + 1)}
        >
          {run === 0 ? "Open a shell" : "Open another"}
        </button>
        <span class="quiet" role="status">
          {words ?? (isAllowed === false ? "Your roles do not allow commands in this pod." : "")}
        </span>
      </div>
      <div ref={place} class={run === 0 ? "terminal" : "terminal is-open"} />
    </>
  );
}
