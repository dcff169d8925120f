/** The dashboard, from its first line. */
import { render } from "preact";
import { config } from "zod";
import { App } from "./views/app.tsx";

// Schemas are interpreted: to compile them, zod would make code of text, which this page's policy forbids.
config({ jitless: true });

const place = document.getElementById("app");
if (place !== null) render(<App />, place);
