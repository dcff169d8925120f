/** The whole page: signing in, or the fleet. */
import { useEffect, useState } from "preact/hooks";
import { type FleetFacts, readFleetFacts } from "../link/fleet-facts.ts";
import { wordsOf } from "../parts/actions.tsx";
import { session, signIn, tokenOfTab } from "../store.ts";
import { Shell } from "./shell.tsx";
import { SignIn } from "./sign-in.tsx";

export function App() {
  const [facts, setFacts] = useState<FleetFacts | undefined>(undefined);
  const [trouble, setTrouble] = useState<string | undefined>(undefined);
  const [isResuming, setResuming] = useState(tokenOfTab() !== undefined);

  useEffect(() => {
    const resume = async () => {
      const told = await readFleetFacts();
      setFacts(told);
      const token = tokenOfTab();
      if (token !== undefined) await signIn(token, told, true);
    };
    void resume()
      .catch((error: unknown) => setTrouble(wordsOf(error)))
      .finally(() => setResuming(false));
  }, []);

  if (session.value !== undefined) return <Shell session={session.value} />;
  if (isResuming) return <p class="waiting">Signing in…</p>;
  return <SignIn facts={facts} trouble={trouble} />;
}
