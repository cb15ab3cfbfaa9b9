// Processes started in a running container: POST /containers/{id}/exec, POST /exec/{id}/start, GET /exec/{id}/json.

/** Body of POST /containers/{id}/exec. */
export interface WireCreateExec {
  User?: string;
  Privileged?: boolean;
  Tty?: boolean;
  /** [height, width] */
  ConsoleSize?: [number, number] | null;
  AttachStdin?: boolean;
  AttachStdout?: boolean;
  AttachStderr?: boolean;
  DetachKeys?: string;
  Env?: string[] | null;
  WorkingDir?: string;
  Cmd?: string[] | null;
}

export interface WireCreatedExec {
  Id: string;
}

/** Body of POST /exec/{id}/start. */
export interface WireStartExec {
  Detach?: boolean;
  Tty?: boolean;
  ConsoleSize?: [number, number] | null;
}

/** Answer of GET /exec/{id}/json. */
export interface WireExecInspect {
  ID: string;
  Running: boolean;
  /** Null while it has not ended. */
  ExitCode: number | null;
  ProcessConfig: {
    tty: boolean;
    entrypoint: string;
    arguments: string[];
    privileged: boolean;
    user?: string;
  };
  OpenStdin: boolean;
  OpenStderr: boolean;
  OpenStdout: boolean;
  CanRemove: boolean;
  ContainerID: string;
  DetachKeys: string;
  Pid: number;
}
