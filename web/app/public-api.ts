// What the page offers to scripts and tests as `window.slipway`: to read terminals, to type, and to see the machine's state.

import type { MachineState, TerminalSize } from "../../worker/rpc/protocol.ts";
import type { DockerEndpoint } from "../docker/docker-endpoint.ts";
import type { SandboxClient } from "./sandbox-client.ts";
import type { TerminalDeck } from "./terminal-deck.ts";

export interface PublicTerminal {
  readonly id: string;
  readonly title: string;
  readonly size: TerminalSize;
  /** Whether that is the size that its place in the page asks for; a change of the page reaches it a moment later. */
  readonly fitted: boolean;
  /** Whether a shell is at the other end. */
  readonly connected: boolean;
  /** Scrollback and screen, wrapped lines joined. */
  text(): string;
  /** As if typed; `\r` is Enter. */
  type(text: string): void;
}

export interface SlipwayApi {
  readonly state: MachineState;
  readonly terminals: readonly PublicTerminal[];
  readonly activeTerminal: PublicTerminal | undefined;
  /** The Docker Engine API of the machine: `slipway.docker.fetch("/containers/json")`. */
  readonly docker: DockerEndpoint;
  restart(): Promise<void>;
}

declare global {
  interface Window {
    slipway: SlipwayApi;
  }
}

export function publicApi(client: SandboxClient, deck: () => TerminalDeck | undefined): SlipwayApi {
  const terminals = (): PublicTerminal[] =>
    (deck()?.tabs ?? []).map(({ id, title, view }) => ({
      id,
      title,
      size: view.size,
      fitted: view.fitted,
      connected: view.connected,
      text: () => view.text,
      type: (text) => view.type(text),
    }));
  return {
    get state() {
      return client.state;
    },
    get terminals() {
      return terminals();
    },
    get activeTerminal() {
      const active = deck()?.active?.id;
      return terminals().find(({ id }) => id === active);
    },
    docker: client.docker,
    restart: () => client.restart(),
  };
}
