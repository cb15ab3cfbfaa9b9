// What `docker network create` asks for when nothing is said but the name.

import type { CreateNetworkRequest } from "../networks/create-network.ts";
import type { IpamRequest } from "../networks/ipam.ts";

export function networkRequest(name: string, ipam: Partial<IpamRequest> = {}): CreateNetworkRequest {
  return {
    name,
    driver: "",
    internal: false,
    attachable: false,
    ipam: { subnet: "", ipRange: "", gateway: "", auxiliaryAddresses: {}, ...ipam },
    options: {},
    labels: {},
  };
}
