import type { IConfiguration } from "dependency-cruiser";

export declare const rooms: Readonly<Record<string, readonly string[]>>;
declare const configuration: IConfiguration;
export default configuration;
