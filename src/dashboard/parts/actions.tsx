/** What a person may do to the fleet: asked for rights first, confirmed where it ends something, and answered in words. */
import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { type Action, RefusedError } from "../link/kube-api.ts";
import { session } from "../store.ts";

interface Question {
  readonly title: string;
  readonly text: string;
  readonly verb: string;
  readonly go: () => void;
}

interface Notice {
  readonly number: number;
  readonly tone: "good" | "bad";
  readonly text: string;
}

const question = signal<Question | undefined>(undefined);
const notices = signal<readonly Notice[]>([]);
const noticeMs = 8_000;
let noticeNumber = 0;

function tell(tone: Notice["tone"], text: string): void {
  noticeNumber += 1;
  const notice = { number: noticeNumber, tone, text };
  notices.value = [...notices.value.slice(-2), notice];
  window.setTimeout(() => {
    notices.value = notices.value.filter((each) => each !== notice);
  }, noticeMs);
}

export interface ActionButtonProps {
  readonly label: string;
  /** What the user must have the right to. */
  readonly action: Action;
  /** Throws what the server answers. */
  readonly run: () => Promise<void>;
  /** Said when it is done. */
  readonly done: string;
  /** Asked first, where it ends something. */
  readonly confirm?: { readonly title: string; readonly text: string };
}

/** Disabled, with the reason, for whoever has no right to it. */
export function ActionButton({ label, action, run, done, confirm }: ActionButtonProps) {
  const isAllowed = useMay(action);
  const [isBusy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      await run();
      tell("good", done);
    } catch (error) {
      tell("bad", wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  const ask = () => {
    if (confirm === undefined) void go();
    else question.value = { ...confirm, verb: label, go: () => void go() };
  };
  return (
    <button
      type="button"
      class={confirm === undefined ? "button" : "button danger"}
      disabled={isAllowed !== true || isBusy}
      title={isAllowed === false ? "Your roles do not allow this." : undefined}
      onClick={ask}
    >
      {label}
    </button>
  );
}

/** Undefined until the server has answered. */
export function useMay(action: Action): boolean | undefined {
  const [answer, setAnswer] = useState<boolean | undefined>(undefined);
  const key = JSON.stringify(action);
  useEffect(() => {
    let isCurrent = true;
    void session.value?.api.may(action).then(
      (allowed) => isCurrent && setAnswer(allowed),
      // Then the action itself is answered.
      () => isCurrent && setAnswer(true),
    );
    return () => {
      isCurrent = false;
    };
  }, [key]);
  return answer;
}

export function wordsOf(error: unknown): string {
  if (error instanceof RefusedError) return error.message;
  if (error instanceof DOMException && error.name === "TimeoutError")
    return "The voter did not answer in time. Try again.";
  if (error instanceof TypeError) return "The voter cannot be reached. Look at your connection, then try again.";
  return String(error);
}

export function Dialogs() {
  const asked = question.value;
  return (
    <>
      {asked !== undefined && <Confirmation asked={asked} />}
      <div class="notices" role="status" aria-live="polite">
        {notices.value.map(({ number, tone, text }) => (
          <p key={number} class={`notice tone-${tone}`}>
            {text}
          </p>
        ))}
      </div>
    </>
  );
}

function Confirmation({ asked }: { readonly asked: Question }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const close = () => {
    question.value = undefined;
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="dialog-title" onClose={close}>
      <h2 id="dialog-title">{asked.title}</h2>
      <p>{asked.text}</p>
      <div class="dialog-buttons">
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button
          type="button"
          class="button danger"
          onClick={() => {
            dialog.current?.close();
            asked.go();
          }}
        >
          {asked.verb}
        </button>
      </div>
    </dialog>
  );
}
