/** Which modules the first file system needs, and in which order they are loaded. Pure. */
import { UsageError } from "../../src/lib/errors.ts";

/**
 * The files of `wanted` and of all that they depend on, each after what it needs; those built into the kernel are left
 * out. The texts are `modules.dep` and `modules.builtin`. Throws `UsageError` for a module that this kernel has not.
 */
export function modulesToLoad(wanted: readonly string[], dependencies: string, builtin: string): string[] {
  const needs = new Map<string, readonly string[]>();
  const files = new Map<string, string>();
  for (const line of dependencies.split("\n")) {
    const [file = "", list] = line.split(":");
    if (list === undefined) continue;
    files.set(moduleName(file), file);
    needs.set(
      file,
      list.split(" ").filter((each) => each !== ""),
    );
  }
  const builtinNames = new Set(builtin.split("\n").map(moduleName));
  const order: string[] = [];
  const visit = (file: string) => {
    if (order.includes(file)) return;
    for (const needed of needs.get(file) ?? []) visit(needed);
    if (!order.includes(file)) order.push(file);
  };
  for (const name of wanted) {
    const file = files.get(moduleName(name));
    if (file !== undefined) visit(file);
    else if (!builtinNames.has(moduleName(name))) {
      throw new UsageError(`the kernel has no module '${name}': take it out of the recipe's kernel.modules`);
    }
  }
  return order;
}

/** `kernel/fs/ext4/ext4.ko.xz` → `ext4`; hyphens and underscores are the same to the kernel. */
function moduleName(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.ko(\.[a-z]+)?$/, "");
  return name.replaceAll("-", "_");
}
