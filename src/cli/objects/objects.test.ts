/** The commands on objects, against an API server in this process. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { administrator, TestApi } from "../../apiserver/testing/test-api.ts";
import { brambleCommand, connectionTo } from "../testing/bramble-command.ts";

const home = mkdtempSync(join(tmpdir(), "bramble-cli-"));
let fleet: TestApi;

beforeEach(async () => {
  fleet = await TestApi.open();
});
afterAll(() => rmSync(home, { recursive: true }));

function bramble(...words: string[]) {
  return brambleMeanwhile(async () => {}, ...words);
}

/** `meanwhile` happens whenever the command pauses. */
function brambleMeanwhile(meanwhile: () => Promise<void>, ...words: string[]) {
  const connect = async () => connectionTo(fleet.api.asTransport(administrator));
  return brambleCommand(words, { actions: { connect }, meanwhile });
}

function manifest(text: string): string {
  const path = join(home, "manifest.yaml");
  writeFileSync(path, text);
  return path;
}

const settings = (colour: string) =>
  manifest(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {colour: ${colour}}\n`);

describe("bramble apply", () => {
  it("creates, changes and leaves alone", async () => {
    expect((await bramble("apply", "-f", settings("red"))).out).toBe("configmap/settings created\n");
    expect((await bramble("apply", "-f", settings("red"))).out).toBe("configmap/settings unchanged\n");
    expect((await bramble("apply", "-f", settings("blue"))).out).toBe("configmap/settings configured\n");
    const { body } = await fleet.get("/api/v1/namespaces/default/configmaps/settings");
    expect(body.data).toEqual({ colour: "blue" });
  });

  it("only says what it would do", async () => {
    const { out } = await bramble("apply", "--dry-run", "server", "-f", settings("red"));
    expect(out).toBe("configmap/settings created (server dry run)\n");
    expect((await fleet.get("/api/v1/namespaces/default/configmaps/settings")).status).toBe(404);
  });

  it("does not take fields over unless it is told to", async () => {
    await bramble("apply", "-f", settings("red"), "--field-manager", "somebody");
    const refused = await bramble("apply", "-f", settings("blue"));
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("--force-conflicts");
    expect((await bramble("apply", "-f", settings("blue"), "--force-conflicts")).code).toBe(0);
  });

  it.each([
    [
      "a field that nobody knows",
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndta: {}\n",
      'unknown field "dta"',
    ],
    ["a kind that is not served", "apiVersion: v9\nkind: Thing\nmetadata: {name: a}\n", "does not serve Thing of v9"],
    ["what is no object", "just: text\n", "document 1 is no Kubernetes object"],
    ["what is no YAML", "a: [\n", "document 1"],
    ["nothing", "# empty\n", "there is no object"],
    ["an object without a name", "apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n", "without metadata.name"],
  ])("refuses %s, in one line", async (_, text, words) => {
    const { code, err } = await bramble("apply", "-f", manifest(text));
    expect(code).toBe(1);
    expect(err).toContain(words);
    expect(err.trim().split("\n")).toHaveLength(1);
  });

  it("takes lists and several documents, in their order", async () => {
    const item = (name: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}`;
    const { out } = await bramble(
      "apply",
      "-f",
      manifest(`${item("a")}\n---\napiVersion: v1\nkind: List\nitems:\n- ${item("b")}\n- ${item("c")}\n`),
    );
    expect(out).toBe("configmap/a created\nconfigmap/b created\nconfigmap/c created\n");
  });
});

describe("bramble get", () => {
  it("prints what apply takes back", async () => {
    await bramble("apply", "-f", settings("red"));
    const { out } = await bramble("get", "cm/settings", "-o", "yaml");
    expect((await bramble("apply", "-f", manifest(out), "--force-conflicts")).code).toBe(0);
    expect(JSON.parse((await bramble("get", "cm", "settings", "-o", "json")).out)).toMatchObject({
      kind: "ConfigMap",
      data: { colour: "red" },
    });
  });

  it("says what there is not", async () => {
    expect((await bramble("get", "things")).err).toContain('no kind "things": see `bramble api-resources`');
    expect((await bramble("get", "configmap/none", "-o", "json")).err).toBe('bramble: configmaps "none" not found\n');
    expect(await bramble("get", "configmap/none", "-o", "json", "--ignore-not-found")).toEqual({
      code: 0,
      out: "",
      err: "",
    });
  });
});

describe("bramble label", () => {
  beforeEach(async () => {
    await bramble("apply", "-f", settings("red"));
  });

  it("sets, refuses to replace, replaces, and takes away", async () => {
    expect((await bramble("label", "cm/settings", "a=1", "b=2")).out).toBe("configmap/settings labeled\n");
    expect((await bramble("label", "cm/settings", "a=2")).err).toContain("already has a value (1)");
    expect((await bramble("label", "cm", "settings", "a=2", "--overwrite")).out).toBe("configmap/settings labeled\n");
    expect((await bramble("label", "cm/settings", "a=2")).out).toBe("configmap/settings not labeled\n");
    expect((await bramble("label", "cm/settings", "a-", "b-")).out).toBe("configmap/settings unlabeled\n");
    expect((await fleet.get("/api/v1/namespaces/default/configmaps/settings")).body.metadata.labels ?? {}).toEqual({});
  });

  it("annotates with anything", async () => {
    await bramble("annotate", "cm/settings", "example.com/note=a = b");
    const { body } = await fleet.get("/api/v1/namespaces/default/configmaps/settings");
    expect(body.metadata.annotations).toEqual({ "example.com/note": "a = b" });
  });
});

describe("bramble delete", () => {
  it("does not take a kind alone for all of its objects", async () => {
    await bramble("apply", "-f", settings("red"));
    expect((await bramble("delete", "configmaps")).err).toContain("say --all");
    expect((await bramble("delete", "configmap", "settings")).out).toBe('configmap "settings" deleted\n');
    expect((await bramble("delete", "configmap", "settings")).code).toBe(1);
    expect((await bramble("delete", "configmap", "settings", "--ignore-not-found")).code).toBe(0);
  });

  it("deletes what manifests name", async () => {
    const file = settings("red");
    await bramble("apply", "-f", file);
    expect((await bramble("delete", "-f", file)).out).toBe('configmap "settings" deleted\n');
  });
});

describe("bramble drain", () => {
  const pods = "/api/v1/namespaces/default/pods";
  const pod = (name: string, more: object = {}) => ({
    metadata: { name },
    spec: { nodeName: "b1", containers: [{ name: "c", image: "i" }], ...more },
  });

  beforeEach(async () => {
    await fleet.send("POST", "/api/v1/nodes", { metadata: { name: "b1" } });
  });

  it("evicts nothing where a person must decide, and says what about", async () => {
    await fleet.send("POST", "/api/v1/namespaces/default/pods", pod("alone"));
    const { code, err } = await bramble("drain", "b1");
    expect(code).toBe(1);
    expect(err).toContain("default/alone has nobody to make it anew elsewhere (--force lets it go for good)");
    expect((await fleet.get("/api/v1/namespaces/default/pods/alone")).body.metadata.deletionTimestamp).toBeUndefined();
    expect((await fleet.get("/api/v1/nodes/b1")).body.spec.unschedulable).toBe(true);
  });

  describe("of a pod in a disruption budget", () => {
    const budget = "/apis/policy/v1/namespaces/default/poddisruptionbudgets/web";
    const allow = (disruptionsAllowed: number, currentHealthy: number) =>
      fleet.send(
        "PATCH",
        `${budget}/status`,
        { status: { observedGeneration: 1, disruptionsAllowed, currentHealthy, desiredHealthy: 1 } },
        "application/merge-patch+json",
      );

    beforeEach(async () => {
      await fleet.send("POST", "/api/v1/namespaces/default/pods", {
        ...pod("web"),
        metadata: { name: "web", labels: { app: "web" } },
      });
      const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
      await fleet.send("PATCH", `${pods}/web/status`, { status }, "application/merge-patch+json");
      const spec = { minAvailable: 1, selector: { matchLabels: { app: "web" } } };
      await fleet.send("POST", budget.replace(/\/web$/, ""), { metadata: { name: "web" }, spec });
      await allow(0, 1);
    });

    it("waits until the budget lets it go, and says once why it waits", async () => {
      let pauses = 0;
      const meanwhile = async () => {
        pauses += 1;
        if (pauses === 3) await allow(1, 2);
        // The board has ended it.
        if (pauses === 4) await fleet.send("DELETE", `${pods}/web`, { gracePeriodSeconds: 0 });
      };
      expect(await brambleMeanwhile(meanwhile, "drain", "b1", "--force")).toEqual({
        code: 0,
        out: "node/b1 cordoned\nevicting pod default/web\npod/web evicted\nnode/b1 drained\n",
        err: "Waiting to evict pod default/web: Cannot evict pod as it would violate the pod's disruption budget. The disruption budget web needs 1 healthy pods and has 1 currently\n",
      });
      expect(pauses).toBe(4);
    });

    it("gives up when its time is over, and has sent away who could go", async () => {
      await fleet.send("POST", pods, pod("other"));
      const meanwhile = async () => {
        await fleet.send("DELETE", `${pods}/other`, { gracePeriodSeconds: 0 });
      };
      const { code, out, err } = await brambleMeanwhile(meanwhile, "drain", "b1", "--force", "--timeout", "5s");
      expect(code).toBe(1);
      expect(out).toContain("pod/other evicted\n");
      expect(err).toContain("bramble: b1 is not drained: default/web may not be evicted yet: Cannot evict pod");
      expect((await fleet.get(`${pods}/web`)).body.metadata.deletionTimestamp).toBeUndefined();
    });
  });

  it("cordons and uncordons, and says when there is nothing to do", async () => {
    expect((await bramble("cordon", "b1")).out).toBe("node/b1 cordoned\n");
    expect((await bramble("cordon", "b1")).out).toBe("node/b1 already cordoned\n");
    expect((await bramble("uncordon", "b1")).out).toBe("node/b1 uncordoned\n");
    expect((await bramble("cordon", "b9")).err).toBe('bramble: nodes "b9" not found\n');
  });
});

describe("bramble completion", () => {
  it.each(["bash", "zsh", "fish"])("knows the commands and their options, for %s", async (shell) => {
    const { code, out } = await bramble("completion", shell);
    expect(code).toBe(0);
    for (const word of ["rollout", "cordon", "force-conflicts"]) expect(out).toContain(word);
  });
});
