/** Signing in with a token, which stays in this page's memory unless the person says otherwise. */
import { useEffect, useRef, useState } from "preact/hooks";
import { type FleetFacts, readFleetFacts } from "../link/fleet-facts.ts";
import { RefusedError } from "../link/kube-api.ts";
import { wordsOf } from "../parts/actions.tsx";
import { Mark } from "../parts/mark.tsx";
import { signIn, signInReason } from "../store.ts";

const unauthorized = 401;

export interface SignInProps {
  readonly facts: FleetFacts | undefined;
  /** Why it did not go on by itself. */
  readonly trouble: string | undefined;
}

export function SignIn({ facts, trouble }: SignInProps) {
  const [token, setToken] = useState("");
  const [isKept, setKept] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string | undefined>(undefined);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = "Sign in – Bramble";
    field.current?.focus();
  }, []);

  const submit = async () => {
    setBusy(true);
    setRefusal(undefined);
    try {
      await signIn(token.trim(), facts ?? (await readFleetFacts()), isKept);
    } catch (error) {
      const isWrong = error instanceof RefusedError && error.code === unauthorized;
      setRefusal(isWrong ? "This token is not valid, or no longer. Make a new one and try again." : wordsOf(error));
      setBusy(false);
      field.current?.focus();
    }
  };
  const words = refusal ?? signInReason.value ?? trouble;

  return (
    <main class="sign-in">
      <form
        class="card sign-in-card"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div class="sign-in-head">
          <Mark />
          <h1>{facts === undefined ? "Bramble" : facts.fleet}</h1>
        </div>
        <label class="labelled">
          <span>Token</span>
          <input
            ref={field}
            class="field"
            type="password"
            name="token"
            autocomplete="off"
            spellcheck={false}
            value={token}
            aria-describedby="sign-in-words"
            aria-invalid={refusal !== undefined}
            onInput={({ currentTarget }) => setToken(currentTarget.value)}
          />
        </label>
        <p id="sign-in-words" class={words === undefined ? "unseen" : "notice tone-bad"} role="alert">
          {words ?? ""}
        </p>
        <label class="check">
          <input type="checkbox" checked={isKept} onChange={({ currentTarget }) => setKept(currentTarget.checked)} />
          Keep it until this tab is closed
        </label>
        <button type="submit" class="button primary" disabled={isBusy || token.trim() === ""}>
          {isBusy ? "Signing in…" : "Sign in"}
        </button>
        <p class="hint">
          <code>bramble dashboard</code> on a voter prints a token for the administrator. Any ServiceAccount's token
          will do: you see and may do what its roles allow.
        </p>
      </form>
    </main>
  );
}
