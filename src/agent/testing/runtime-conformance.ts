/** What every `Runtime` does alike: run on the simulated one and on a real engine. */
import { afterEach, describe, expect, it } from "vitest";
import { eventually } from "../../lib/testing/eventually.ts";
import type { Runtime, RuntimeContainerSpec, RuntimeSession } from "../ports.ts";

export const conformanceImage = "busybox:test";
/** Ends at once with status 3, on whichever runtime. */
export const endsWithThree = ["sh", "-c", "exit 3"];

const label = "bramble.io/conformance";

/** `runtime` holds `conformanceImage` and nothing that carries the suite's label. */
export function runtimeConformance(name: string, open: () => Runtime): void {
  describe(`${name} as a Runtime`, () => {
    let runtime: Runtime;
    let serial = 0;
    const spec = (changes: Partial<RuntimeContainerSpec> = {}): RuntimeContainerSpec => {
      serial += 1;
      return {
        name: `conformance-${process.pid}-${serial}`,
        image: conformanceImage,
        labels: { [label]: "yes" },
        command: ["sleep", "600"],
        args: undefined,
        env: [],
        workingDir: undefined,
        user: undefined,
        hostname: undefined,
        stdin: false,
        stdinOnce: false,
        tty: false,
        network: "own",
        ipc: "own",
        pid: "own",
        mounts: [],
        resources: {},
        security: {
          privileged: false,
          readOnlyRootFilesystem: false,
          noNewPrivileges: false,
          capabilitiesAdd: [],
          capabilitiesDrop: [],
          groups: [],
        },
        ...changes,
      };
    };
    const begin = async (changes: Partial<RuntimeContainerSpec> = {}) => {
      runtime ??= open();
      const id = await runtime.create(spec(changes));
      await runtime.start(id);
      return id;
    };

    afterEach(async () => {
      runtime ??= open();
      for (const { id } of await runtime.list(label)) await runtime.remove(id);
    });

    it("starts, stops and removes, each as often as one likes", async () => {
      const id = await begin();
      await runtime.start(id);
      expect(await runtime.inspect(id)).toMatchObject({ state: "running", labels: { [label]: "yes" } });
      expect((await runtime.inspect(id))?.pid).toBeGreaterThan(0);
      await runtime.stop(id, 0);
      await runtime.stop(id, 0);
      const ended = await runtime.inspect(id);
      expect(ended).toMatchObject({ state: "exited", pid: 0, exitCode: 137 });
      expect(ended?.finishedAtMs).toBeGreaterThanOrEqual(ended?.startedAtMs ?? Number.POSITIVE_INFINITY);
      await runtime.remove(id);
      await runtime.remove(id);
      expect(await runtime.inspect(id)).toBeUndefined();
    });

    it("returns the container that has the name already", async () => {
      runtime ??= open();
      const wanted = spec();
      expect(await runtime.create(wanted)).toBe(await runtime.create(wanted));
    });

    it("lists by label and by its value", async () => {
      await begin();
      expect(await runtime.list(`${label}=yes`)).toHaveLength(1);
      expect(await runtime.list(`${label}=no`)).toHaveLength(0);
    });

    it("shows a container that never started as created, and how one ended", async () => {
      runtime ??= open();
      const created = await runtime.create(spec());
      expect(await runtime.inspect(created)).toMatchObject({ state: "created", startedAtMs: undefined });
      const id = await begin({ command: endsWithThree });
      await eventually("the container has ended", async () => (await runtime.inspect(id))?.state === "exited");
      expect(await runtime.inspect(id)).toMatchObject({ exitCode: 3, outOfMemory: false });
    });

    it("refuses to join a container that does not run", async () => {
      const sandbox = await begin();
      const joins = { network: { sandbox }, ipc: { sandbox } } as const;
      await begin(joins);
      await runtime.stop(sandbox, 0);
      const late = await runtime.create(spec(joins));
      await expect(runtime.start(late)).rejects.toThrow();
    });

    it("knows which images it holds", async () => {
      runtime ??= open();
      expect(await runtime.image(conformanceImage)).toMatchObject({ user: "" });
      expect(await runtime.image("bramble/never-made:1")).toBeUndefined();
      await expect(runtime.create(spec({ image: "bramble/never-made:1" }))).rejects.toThrow(/never-made/);
    });

    it("tells of containers that start and end", async () => {
      runtime ??= open();
      const abort = new AbortController();
      const heard: (string | undefined)[] = [];
      let isOpen = false;
      const following = runtime.events(
        label,
        () => (isOpen = true),
        (labels) => heard.push(labels[label]),
        abort.signal,
      );
      await eventually("the stream stands", () => isOpen);
      const id = await begin();
      await eventually("the start was told", () => heard.length === 1);
      await runtime.stop(id, 0);
      await eventually("the end was told", () => heard.length >= 2);
      expect(new Set(heard)).toEqual(new Set(["yes"]));
      abort.abort();
      await following;
    });

    it("lets somebody talk to a command, until its input ends", async () => {
      const id = await begin();
      const options = { stdin: true, stdout: true, stderr: true, tty: false };
      const session = await runtime.openExec(id, ["cat"], options);
      const said = textOf(session);
      await session.write(new TextEncoder().encode("hello"));
      session.endInput();
      expect(await said).toBe("hello");
      expect(await session.exitCode()).toBe(0);
      await session.close();
    });

    it("refuses to talk to what does not run", async () => {
      const id = await begin();
      await runtime.stop(id, 0);
      const options = { stdin: false, stdout: true, stderr: true, tty: false };
      await expect(runtime.openExec(id, ["true"], options)).rejects.toThrow(/not running/);
    });

    it("ends a followed log with its container", async () => {
      const id = await begin();
      const options = { follow: true, tailLines: undefined, sinceMs: undefined, timestamps: false };
      const { signal } = new AbortController();
      const following = (async () => {
        for await (const _ of runtime.logs(id, options, signal));
        return "ended";
      })();
      await runtime.stop(id, 0);
      expect(await following).toBe("ended");
    });

    it("refuses to run a command where nothing runs", async () => {
      const id = await begin();
      expect(await runtime.exec(id, ["true"], 5_000)).toMatchObject({ exitCode: 0 });
      await runtime.stop(id, 0);
      await expect(runtime.exec(id, ["true"], 5_000)).rejects.toThrow(/not running/);
    });
  });
}

async function textOf({ output }: RuntimeSession): Promise<string> {
  let text = "";
  for await (const { bytes } of output) text += new TextDecoder().decode(bytes);
  return text;
}
