// Networks: GET /networks, GET /networks/{id}, POST /networks/create, connect, disconnect, prune.

import type { WireEndpointSettings } from "./container-config.ts";

export interface WireIpam {
  Driver?: string;
  Options?: Record<string, string> | null;
  Config?: WirePool[] | null;
}

export interface WirePool {
  Subnet?: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

export interface WireNetwork {
  Name: string;
  Id: string;
  Created: string;
  Scope: string;
  Driver: string;
  EnableIPv4: boolean;
  EnableIPv6: boolean;
  IPAM: WireIpam;
  Internal: boolean;
  Attachable: boolean;
  Ingress: boolean;
  ConfigFrom: { Network: string };
  ConfigOnly: boolean;
  /** By container id; only of running ones. Empty in lists. */
  Containers: Record<
    string,
    { Name: string; EndpointID: string; MacAddress: string; IPv4Address: string; IPv6Address: string }
  >;
  Options: Record<string, string>;
  Labels: Record<string, string>;
}

export interface WireCreateNetwork {
  Name?: string;
  CheckDuplicate?: boolean;
  Driver?: string;
  Scope?: string;
  Internal?: boolean;
  Attachable?: boolean;
  Ingress?: boolean;
  ConfigOnly?: boolean;
  IPAM?: WireIpam | null;
  EnableIPv4?: boolean | null;
  EnableIPv6?: boolean | null;
  Options?: Record<string, string> | null;
  Labels?: Record<string, string> | null;
}

export interface WireCreatedNetwork {
  Id: string;
  Warning: string;
}

export interface WireConnectNetwork {
  Container?: string;
  EndpointConfig?: WireEndpointSettings | null;
}

export interface WireDisconnectNetwork {
  Container?: string;
  Force?: boolean;
}

export interface WireNetworksPruned {
  NetworksDeleted: string[] | null;
}
