// Node's `events`: the emitter that streams are made of.

type Listener = ((...values: unknown[]) => void) & { listener?: Listener };

/** A function and not a class: readable-stream inherits from it in the old way, by calling it on its own objects. */
export const EventEmitter = function EventEmitter() {} as unknown as { new (): Emitter; prototype: Emitter };

interface Emitter {
  _events?: Record<string, Listener[]>;
  [method: string]: unknown;
}

function listenersOf(emitter: Emitter, name: string): Listener[] {
  emitter._events ??= {};
  emitter._events[name] ??= [];
  return emitter._events[name];
}

const methods = {
  on(this: Emitter, name: string, listener: Listener) {
    listenersOf(this, name).push(listener);
    return this;
  },
  prependListener(this: Emitter, name: string, listener: Listener) {
    listenersOf(this, name).unshift(listener);
    return this;
  },
  once(this: Emitter, name: string, listener: Listener) {
    const once: Listener = (...values) => {
      methods.off.call(this, name, once);
      listener.apply(this, values);
    };
    once.listener = listener;
    return methods.on.call(this, name, once);
  },
  off(this: Emitter, name: string, listener: Listener) {
    const listeners = listenersOf(this, name);
    const at = listeners.findIndex((each) => each === listener || each.listener === listener);
    if (at >= 0) listeners.splice(at, 1);
    return this;
  },
  removeAllListeners(this: Emitter, name?: string) {
    if (name === undefined) this._events = {};
    else listenersOf(this, name).length = 0;
    return this;
  },
  emit(this: Emitter, name: string, ...values: unknown[]) {
    const listeners = [...listenersOf(this, name)];
    if (listeners.length === 0 && name === "error") throw values[0];
    for (const listener of listeners) listener.apply(this, values);
    return listeners.length > 0;
  },
  listeners(this: Emitter, name: string) {
    return listenersOf(this, name).map((each) => each.listener ?? each);
  },
  listenerCount(this: Emitter, name: string) {
    return listenersOf(this, name).length;
  },
};

Object.assign(EventEmitter.prototype, methods, {
  addListener: methods.on,
  removeListener: methods.off,
});
