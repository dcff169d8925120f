/** The files by which a Debian system takes over what `bramble.yaml` says of the board. Pure but for the hash. */
import { pbkdf2Sync } from "node:crypto";
import type { BootFile, WifiNetwork, WiredNetwork } from "./boot-file.ts";

export interface SystemFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** The name that the card was not given: the same file may serve many boards. `machineId` is 32 hex digits. */
export function hostNameOf(file: BootFile, machineId: string): string {
  return file.hostName ?? `bramble-${machineId.slice(0, 6)}`;
}

export function systemFiles(file: BootFile, hostName: string): SystemFile[] {
  const files: SystemFile[] = [
    { path: "/etc/hostname", text: `${hostName}\n`, mode: 0o644 },
    { path: "/etc/hosts", text: `127.0.0.1 localhost\n127.0.1.1 ${hostName}\n::1 localhost\n`, mode: 0o644 },
  ];
  if (file.network !== undefined) {
    files.push({ path: "/etc/systemd/network/10-bramble.network", text: wiredText(file.network), mode: 0o644 });
  }
  if (file.wifi !== undefined) files.push({ path: wifiPath, text: wifiText(file.wifi), mode: 0o600 });
  if (file.sshKeys.length > 0) {
    files.push({ path: "/root/.ssh/authorized_keys", text: `${file.sshKeys.join("\n")}\n`, mode: 0o600 });
  }
  return files;
}

/** Where wpa_supplicant's unit for `wlan0` looks. */
const wifiPath = "/etc/wpa_supplicant/wpa_supplicant-wlan0.conf";

function wiredText({ address, gateway, dns }: WiredNetwork): string {
  return [
    "[Match]",
    "Name=eth* en*",
    "",
    "[Network]",
    `Address=${address}`,
    ...(gateway === undefined ? [] : [`Gateway=${gateway}`]),
    ...dns.map((server) => `DNS=${server}`),
    "",
  ].join("\n");
}

/** Names and keys as hex digits: no character of theirs can end the line or the string they stand in. */
function wifiText({ country, network, password }: WifiNetwork): string {
  const key = password === undefined ? "key_mgmt=NONE" : `psk=${preSharedKey(network, password)}`;
  return [
    "ctrl_interface=/run/wpa_supplicant",
    `country=${country}`,
    "network={",
    `  ssid=${Buffer.from(network).toString("hex")}`,
    `  ${key}`,
    "}",
    "",
  ].join("\n");
}

/** IEEE 802.11, annex J.4: what WPA2 makes of a password, so that the password itself is kept nowhere. */
function preSharedKey(network: string, password: string): string {
  return pbkdf2Sync(password, network, 4096, 32, "sha1").toString("hex");
}
