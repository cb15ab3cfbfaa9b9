// Node's `util` as far as dockerode and docker-modem use it.

export function inherits(child: { prototype: object }, parent: { prototype: object }): void {
  Object.setPrototypeOf(child.prototype, parent.prototype);
}

export const inspect = Object.assign((value: unknown) => String(value), { custom: Symbol("inspect") });
