// Images: GET /images/json, GET /images/{name}/json, history, DELETE, prune.

import type { WireContainerConfig } from "./container-config.ts";

export interface WireImageSummary {
  Id: string;
  ParentId: string;
  RepoTags: string[] | null;
  RepoDigests: string[] | null;
  /** Seconds since 1970. */
  Created: number;
  Size: number;
  SharedSize: number;
  Labels: Record<string, string> | null;
  /** -1: not counted. */
  Containers: number;
}

export interface WireImageInspect {
  Id: string;
  RepoTags: string[];
  RepoDigests: string[];
  Parent: string;
  Comment: string;
  Created: string;
  DockerVersion: string;
  Author: string;
  Config: WireContainerConfig;
  Architecture: string;
  Variant?: string;
  Os: string;
  Size: number;
  GraphDriver: { Data: Record<string, string> | null; Name: string };
  RootFS: { Type: "layers"; Layers: string[] };
  Metadata: { LastTagTime: string };
}

export interface WireImageHistoryItem {
  /** `<missing>` for all but the newest. */
  Id: string;
  Created: number;
  CreatedBy: string;
  Tags: string[] | null;
  Size: number;
  Comment: string;
}

/** One element of the answer of DELETE /images/{name}. */
export interface WireImageDeleted {
  Untagged?: string;
  Deleted?: string;
}

export interface WireImagesPruned {
  ImagesDeleted: WireImageDeleted[] | null;
  SpaceReclaimed: number;
}

/** One element of GET /images/search. */
export interface WireSearchResult {
  star_count: number;
  is_official: boolean;
  name: string;
  is_automated: boolean;
  description: string;
}

/** Answer of GET /distribution/{name}/json. */
export interface WireDistribution {
  Descriptor: { mediaType: string; digest: string; size: number };
  Platforms: { architecture: string; os: string; variant?: string }[];
}
