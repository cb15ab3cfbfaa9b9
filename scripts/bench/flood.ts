// The output that fills a terminal: a line of the shell, and what it prints.

export const FLOOD = "seq 1 1000000";
/** What seq writes: 9 numbers of one digit, 90 of two… and a line end each; a terminal sees a carriage return more. */
export const FLOOD_BYTES = 6_888_896;
