// Volumes: GET /volumes, GET /volumes/{name}, POST /volumes/create, prune.

export interface WireVolume {
  CreatedAt: string;
  Driver: string;
  Labels: Record<string, string> | null;
  Mountpoint: string;
  Name: string;
  Options: Record<string, string> | null;
  Scope: string;
  UsageData?: { RefCount: number; Size: number };
}

export interface WireVolumeList {
  Volumes: WireVolume[];
  Warnings: string[] | null;
}

export interface WireCreateVolume {
  Name?: string;
  Driver?: string;
  DriverOpts?: Record<string, string> | null;
  Labels?: Record<string, string> | null;
}

export interface WireVolumesPruned {
  VolumesDeleted: string[] | null;
  SpaceReclaimed: number;
}
