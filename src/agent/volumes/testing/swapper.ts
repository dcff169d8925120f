/** A process that exchanges two names as fast as the kernel lets it, as one in a container may with names in its volume. */
import { spawn } from "node:child_process";
import { once } from "node:events";

/** renameat2(2) with RENAME_EXCHANGE, which Node lacks. It ends by itself after a minute. */
const program = `
import ctypes, sys, time
libc = ctypes.CDLL(None)
one, other = (name.encode() for name in sys.argv[1:])
deadline = time.monotonic() + 60
print("swapping", flush=True)
while time.monotonic() < deadline:
    for _ in range(1000):
        assert libc.renameat2(-100, one, -100, other, 2) == 0
`;

/** Resolves once it swaps; what it resolves to ends it. */
export async function startSwapper(one: string, other: string): Promise<() => Promise<void>> {
  const child = spawn("python3", ["-c", program, one, other], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  await Promise.race([once(child.stdout, "data"), ended]);
  if (child.exitCode !== null) throw new Error(`the swapper ended with ${child.exitCode}`);
  return async () => {
    if (child.exitCode !== null) throw new Error("the swapper ended too early");
    child.kill("SIGKILL");
    await ended;
  };
}
