/** Stands in for `load-dockerode.ts` in bundles, where `scripts/bundle.ts` leaves out what dockerode never uses here. */
import Dockerode from "dockerode";
import type { loadDockerode as fromSource } from "./load-dockerode.ts";

export const loadDockerode: typeof fromSource = (socketPath) => new Dockerode({ socketPath });
