// Modules of Node that a page has nothing for: files, SSH, gRPC. dockerode asks for them and, for what is shown here, never uses them.

export const Client = undefined;
export const absent = true;

/** Of `os`: no system that docker-modem knows. */
export const type = (): string => "page";
