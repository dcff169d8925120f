import { describe, expect, it } from "vitest";
import { readBootFile, withoutSecrets } from "./boot-file.ts";
import { hostNameOf, systemFiles } from "./system-files.ts";

const token = `BR1${"0f".repeat(32)}::abcdef.0123456789abcdef`;
const fleet = `fleet: {address: 192.168.1.11, token: "${token}"}\n`;
const full = `# The kitchen's board.
fleet:
  address: 192.168.1.11   # b1
  token: ${token}
hostName: kitchen-1
labels: {zone: kitchen, shelf: 2}
wifi:
  country: DE
  network: 'Quote" and \\slash'
  password: correct horse
network: {address: 192.168.1.20/24, gateway: 192.168.1.1, dns: [192.168.1.1]}
sshKeys:
  - ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ jane@home
`;

function accepted(text: string) {
  const read = readBootFile(text);
  if (read.kind === "mistaken") throw new Error(read.mistakes.join("; "));
  return read.file;
}

describe("bramble.yaml", () => {
  it("says all that a board needs, with the command line's own readers", () => {
    expect(accepted(full)).toMatchObject({
      fleet: { address: "192.168.1.11:6443", token: { id: "abcdef" }, voter: false },
      hostName: "kitchen-1",
      labels: { zone: "kitchen", shelf: "2" },
    });
  });

  it("need not say more than where the fleet is, and may come from a Windows editor", () => {
    const file = accepted(`\uFEFF${fleet.replaceAll("\n", "\r\n")}`);
    expect(file).toMatchObject({ labels: {}, sshKeys: [] });
    expect(hostNameOf(file, "0123456789abcdef0123456789abcdef\n")).toBe("bramble-012345");
  });

  it.each([
    ["", "fleet: Invalid input"],
    ["fleet: [", "Flow sequence"],
    [`${fleet}labls: {}`, "labls"],
    [`${fleet}hostName: Kitchen_1`, "hostName: must be up to 63 lower-case letters"],
    [`${fleet}labels: {node-role.kubernetes.io/voter: ""}`, "may not give itself"],
    [`${fleet}labels: {"a b": c}`, "labels.a b: name part"],
    [`${fleet}wifi: {country: Germany, network: x}`, "wifi.country: must be two capital letters"],
    [`${fleet}wifi: {country: DE, network: x, password: short}`, "wifi.password: has at least 8"],
    [`${fleet}network: {address: 192.168.1.20}`, "network.address: must be an address with the length"],
    [`${fleet}sshKeys: ["-----BEGIN OPENSSH PRIVATE KEY-----"]`, "sshKeys.0: must be a line of a .pub file"],
    ["fleet: {address: 192.168.1.11, token: abcdef.0123456789abcdef}", "fleet.token: the token lacks the fleet's CA"],
    ["fleet: {address: 'x y', token: BR1}", "fleet.address:"],
    [
      `a: &a [1,1,1,1,1,1,1,1,1]\n${"bcdefgh"
        .split("")
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefg"[index]}`).join(",")}]`)
        .join("\n")}`,
      "alias",
    ],
  ])("is refused with what to mend: %j", (text, expected) => {
    const read = readBootFile(text);
    expect(read.kind === "mistaken" ? read.mistakes.join("\n") : read).toContain(expected);
  });

  it("tells all mistakes at once", () => {
    const read = readBootFile(`${fleet}hostName: A\nnetwork: {address: x}\nlabls: {}`);
    expect(read).toHaveProperty("mistakes.length", 3);
  });

  it("loses its secrets and keeps everything else, comments too", () => {
    const text = withoutSecrets(full);
    expect(text).not.toContain(token);
    expect(text).not.toContain("correct horse");
    for (const kept of ["# The kitchen's board.", "# b1", "hostName: kitchen-1", "country: DE", "taken out"]) {
      expect(text).toContain(kept);
    }
  });
});

describe("the system's files", () => {
  const files = new Map(systemFiles(accepted(full), "kitchen-1").map((file) => [file.path, file]));

  it("name the board and its addresses", () => {
    expect(files.get("/etc/hostname")?.text).toBe("kitchen-1\n");
    expect(files.get("/etc/systemd/network/10-bramble.network")?.text).toContain(
      "Address=192.168.1.20/24\nGateway=192.168.1.1\nDNS=192.168.1.1\n",
    );
  });

  it("hold no Wi-Fi password and let no name of a network end its line", () => {
    const { text = "", mode } = files.get("/etc/wpa_supplicant/wpa_supplicant-wlan0.conf") ?? {};
    expect(text).toContain(`ssid=${Buffer.from('Quote" and \\slash').toString("hex")}\n`);
    expect(text).toMatch(/\n {2}psk=[0-9a-f]{64}\n/);
    expect(text).not.toContain("correct horse");
    expect(mode).toBe(0o600);
  });

  it("derive the key as the standard's test vector has it", () => {
    const file = accepted(`${fleet}wifi: {country: US, network: IEEE, password: password}`);
    const wifi = systemFiles(file, "b").find(({ path }) => path.includes("wpa"));
    expect(wifi?.text).toContain("psk=f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e");
  });

  it("let in who has one of the keys, and nobody where there is none", () => {
    expect(files.get("/root/.ssh/authorized_keys")).toMatchObject({
      text: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ jane@home\n",
      mode: 0o600,
    });
    expect(systemFiles(accepted(fleet), "b").map(({ path }) => path)).toEqual(["/etc/hostname", "/etc/hosts"]);
  });
});
