/** The Service under which every pod finds the API. */

export const kubernetesServiceName = "kubernetes";
export const kubernetesServiceNamespace = "default";
/** The first address of the services' range; every voter's certificate is good for it. */
export const kubernetesServiceAddress = "10.43.0.1";
export const kubernetesServicePort = 443;
