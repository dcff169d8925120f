/** Where the addresses of Services are taken from; the API server gives them out. */
export const serviceCidr = "10.43.0.0/16";
