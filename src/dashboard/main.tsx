/** The dashboard, from its first line. */
import "./interpreted-schemas.ts";
import { render } from "preact";
import { App } from "./views/app.tsx";

const place = document.getElementById("app");
if (place !== null) render(<App />, place);
